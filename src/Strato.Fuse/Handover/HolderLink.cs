using System.Text;
using Strato.Posix;

namespace Strato.Fuse.Handover;

/// <summary>
/// The daemon's side of its holder: starts one, hands everything over, starts another when it ends, and tells it that this process lives. A thread of
/// its own does all of that.
/// </summary>
public sealed class HolderLink : IDescriptorKeeper
{
    private const int BeatInterval = 1000;
    private const int FirstPause = 100;
    private const int LongestPause = 10_000;
    private const int SteadyTime = 2000;
    private const string HolderReplaced = "the holder had ended; there is another";

    /// <summary>A daemon that has not come to serve by then counts as hung. Nothing that it waits for before is slow: attachments open when they are used.</summary>
    private const long LongestStart = 120_000;

    private static readonly TimeSpan LongestCommit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestLeave = TimeSpan.FromSeconds(5);

    private readonly HolderProgram program;
    private readonly Action<string> report;
    private readonly Lock gate = new();
    private readonly List<(uint Tag, FileDescriptor Descriptor)> descriptors = [];
    private readonly ManualResetEventSlim held = new();
    private readonly ManualResetEventSlim gone = new();
    private readonly FileDescriptor process;
    private readonly AutoResetEvent wake = new(initialState: false);
    private readonly long begun = Environment.TickCount64;
    private readonly bool hadHolder;
    private HandoverOrder order;
    private FileDescriptor board;
    private FileDescriptor? channel;
    private SpawnedProgram? child;
    private FuseConnection? connection;
    private bool isLeaving;
    private bool isCommitted;
    private string holderBuild;
    private long startedAt;
    private bool isDisposed;
    private long beats;
    private long signs;
    private long written;
    private int pause;

    /// <summary>A link without a holder yet, or with the one that started this process, which it then takes over.</summary>
    /// <param name="program">How to start a holder.</param>
    /// <param name="order">How to start this daemon again.</param>
    /// <param name="inheritance">What the predecessor left.</param>
    /// <param name="report">Told one line when a holder has to be replaced.</param>
    public HolderLink(HolderProgram program, HandoverOrder order, HandoverInheritance? inheritance, Action<string> report)
    {
        this.program = program;
        this.order = order;
        this.report = report;
        holderBuild = inheritance?.HolderBuild ?? "";
        channel = inheritance?.TakeChannel();
        hadHolder = channel is not null;
        ProcessDescriptor.Open(Environment.ProcessId, out FileDescriptor? self).ThrowIfFailed("open this process");
        process = self!;
        if (inheritance?.Take(HandoverTag.Board) is { } inheritedBoard)
        {
            // Beats go to the board that the holder looks at until it gets another.
            board = inheritedBoard;
        }
        else
        {
            HandoverBoard.Create(order, out FileDescriptor? created).ThrowIfFailed("write down how to start this daemon again");
            board = created!;
        }

        new Thread(Watch) { IsBackground = true, Name = "holder link" }.Start();
    }

    /// <inheritdoc/>
    public void Keep(uint tag, FileDescriptor descriptor)
    {
        lock (gate)
        {
            descriptors.Add((tag, descriptor));
        }
    }

    /// <inheritdoc/>
    public void Commit()
    {
        lock (gate)
        {
            HandoverBoard.Create(order, out FileDescriptor? created).ThrowIfFailed("write down how to start this daemon again");
            FileDescriptor previousBoard = board;
            board = created!;
            previousBoard.Dispose();
            isCommitted = true;
            FileDescriptor? old = channel;
            if (old is not null && holderBuild == program.Build)
            {
                HandOver(old, withAll: false).ThrowIfFailed("hand the mount over to its holder");
            }
            else
            {
                ReplaceHolder(old);
            }
        }

        if (!held.Wait(LongestCommit))
        {
            throw new PosixException(Errno.ETIMEDOUT, "the holder does not answer");
        }
    }

    /// <inheritdoc/>
    public void Serving(FuseConnection connection)
    {
        lock (gate)
        {
            this.connection = connection;

            // Where the holder has just ended, the next one is told.
            _ = channel is null ? Errno.EPIPE : HandoverSocket.Send(channel, HandoverMessageType.Serving);
        }
    }

    /// <inheritdoc/>
    public void Depart(string program)
    {
        byte[] next = Encoding.UTF8.GetBytes(program);
        lock (gate)
        {
            HandoverOrder following = order with { Program = next, PreviousProgram = next.AsSpan().SequenceEqual(order.Program) ? [] : order.Program };
            HandoverBoard.Create(following, out FileDescriptor? created).ThrowIfFailed("write down how to start the successor");
            using (created)
            {
                Errno errno = channel is null ? Errno.EPIPE : HandoverSocket.Send(channel, HandoverMessageType.Keep, HandoverTag.Board, descriptor: created);
                errno = errno == Errno.None ? HandoverSocket.Send(channel!, HandoverMessageType.Depart) : errno;
                errno.ThrowIfFailed("tell the holder of the successor");
            }

            order = following;
            isLeaving = true;
        }
    }

    /// <inheritdoc/>
    public void Leave()
    {
        lock (gate)
        {
            isLeaving = true;
            if (channel is not null)
            {
                _ = HandoverSocket.Send(channel, HandoverMessageType.Leave);
            }
            else
            {
                gone.Set();
            }
        }

        if (!gone.Wait(LongestLeave))
        {
            report("the holder has not ended");
        }
    }

    /// <summary>Stops watching; the holder sees the channel's end.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isLeaving = true;
            isDisposed = true;
            channel?.Dispose();
            board.Dispose();
            process.Dispose();
        }

        wake.Set();
    }

    private void Watch()
    {
        byte[] text = new byte[HandoverMessage.MaxText];
        while (true)
        {
            FileDescriptor? current;
            lock (gate)
            {
                if (isDisposed || gone.IsSet)
                {
                    return;
                }

                Beat();
                current = channel;
                if (current is null && isCommitted && !isLeaving && Environment.TickCount64 - startedAt >= pause)
                {
                    Replace();
                    current = channel;
                }
            }

            if (current is null)
            {
                wake.WaitOne(pause > 0 ? Math.Min(pause, BeatInterval) : BeatInterval);
            }
            else
            {
                Listen(current, text);
            }
        }
    }

    /// <summary>Waits for the holder's next message, or its end, for as long as a beat.</summary>
    private void Listen(FileDescriptor current, byte[] text)
    {
        try
        {
            if (Polling.Wait(current, PollEvents.Readable, BeatInterval, out PollEvents happened) != Errno.None || happened == PollEvents.None)
            {
                return;
            }

            Errno errno = HandoverSocket.Receive(current, text, out HandoverMessage head, out _, out FileDescriptor? descriptor);
            descriptor?.Dispose();
            if (errno != Errno.None)
            {
                Lose(current);
            }
            else if (head.Type == HandoverMessageType.Held)
            {
                held.Set();
            }
        }
        catch (ObjectDisposedException)
        {
            // Another holder has taken this one's place.
        }
    }

    /// <summary>A holder has ended: reaps it. The next round starts another.</summary>
    private void Lose(FileDescriptor lost)
    {
        lock (gate)
        {
            if (channel != lost)
            {
                return;
            }

            channel.Dispose();
            channel = null;
            child?.WaitForExit(out _);
            child = null;
            if (isLeaving)
            {
                gone.Set();
                return;
            }

            // A holder that ends as soon as it has begun is started ever more slowly.
            bool wasSteady = Environment.TickCount64 - startedAt >= SteadyTime;
            pause = wasSteady ? 0 : Math.Clamp(pause * 2, FirstPause, LongestPause);
        }
    }

    /// <summary>Starts a holder of this build; the old one leaves then, or stays where no other can be started.</summary>
    private void ReplaceHolder(FileDescriptor? old)
    {
        Errno errno = StartHolder();
        if (old is null)
        {
            errno.ThrowIfFailed("start a holder");
            if (hadHolder)
            {
                report(HolderReplaced);
            }
        }
        else if (errno == Errno.None)
        {
            _ = HandoverSocket.Send(old, HandoverMessageType.Leave);
            old.Dispose();
        }
        else
        {
            report($"no holder of this build can be started, so the one of {holderBuild} stays: {errno.Describe()}");
            channel = old;
            HandOver(old, withAll: true).ThrowIfFailed("hand the mount over to its holder");
        }
    }

    private void Replace()
    {
        Errno errno = StartHolder();
        pause = errno == Errno.None ? pause : Math.Clamp(pause * 2, FirstPause, LongestPause);
        report(errno == Errno.None ? HolderReplaced : $"the holder has ended, and no other can be started: {errno.Describe()}");
    }

    private Errno StartHolder()
    {
        startedAt = Environment.TickCount64;
        Errno errno = DescriptorSocket.CreatePair(out FileDescriptor? ours, out FileDescriptor? theirs, keepsMessages: true);
        if (errno != Errno.None)
        {
            return errno;
        }

        using (theirs)
        {
            errno = SpawnedProgram.Start(
                program.Path,
                program.Arguments,
                new Dictionary<string, string>(StringComparer.Ordinal) { [Holder.CompilationVariable] = Holder.CompileOnce },
                [(theirs!, Holder.ChannelNumber), (program.Log, 0), (program.Log, 1), (program.Log, 2)],
                out child,
                SpawnOptions.NewSession | SpawnOptions.DefaultSignals);
        }

        if (errno != Errno.None)
        {
            ours!.Dispose();
            return errno;
        }

        errno = HandOver(ours!, withAll: true);
        errno = errno == Errno.None && connection is not null ? HandoverSocket.Send(ours!, HandoverMessageType.Serving) : errno;
        if (errno != Errno.None)
        {
            ours!.Dispose();
            return errno;
        }

        channel = ours;
        holderBuild = program.Build;
        wake.Set();
        return Errno.None;
    }

    /// <summary>Sends what the holder does not have yet. The socket's buffer takes it all.</summary>
    private Errno HandOver(FileDescriptor holder, bool withAll)
    {
        Errno errno = HandoverSocket.Send(holder, HandoverMessageType.Keep, HandoverTag.Process, descriptor: process);
        errno = errno == Errno.None ? HandoverSocket.Send(holder, HandoverMessageType.Keep, HandoverTag.Board, descriptor: board) : errno;
        if (withAll)
        {
            foreach ((uint tag, FileDescriptor descriptor) in descriptors)
            {
                errno = errno == Errno.None ? HandoverSocket.Send(holder, HandoverMessageType.Keep, tag, descriptor: descriptor) : errno;
            }
        }

        return errno == Errno.None ? HandoverSocket.Send(holder, HandoverMessageType.Commit) : errno;
    }

    /// <summary>While the daemon starts, that it lives is progress; afterwards only requests are. A request that does not leave its worker ends this process.</summary>
    private void Beat()
    {
        _ = HandoverBoard.WriteLife(board, ++signs);
        if (order.HangLimit > TimeSpan.Zero && connection is not null && connection.IsStuck(order.HangLimit))
        {
            report($"a request has been served for {order.HangLimit.TotalSeconds} s without an end: this process ends for a successor");
            PosixProcess.Kill(Environment.ProcessId, Signal.Kill);
        }

        long progress = connection?.RequestsRead ?? (Environment.TickCount64 - begun < LongestStart ? --beats : beats);
        if (progress != written && HandoverBoard.WriteProgress(board, progress) == Errno.None)
        {
            written = progress;
        }
    }
}
