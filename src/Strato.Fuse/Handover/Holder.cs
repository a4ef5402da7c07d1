using System.Globalization;
using System.Text;
using Strato.Posix;

namespace Strato.Fuse.Handover;

/// <summary>
/// The process that keeps a mount's descriptors beyond its daemon's life, starts the daemon again when it ends, and ends it when it hangs
/// (docs/designs/012-outliving-the-daemon.md). One thread, no memory of its own beyond this object; it never touches the mount.
/// </summary>
public sealed class Holder : IDisposable
{
    /// <summary>The environment variable in which a process finds the number of its socket to the other.</summary>
    public const string ChannelVariable = "STRATO_HOLDER_CHANNEL";

    /// <summary>The number of that socket.</summary>
    public const int ChannelNumber = 3;

    /// <summary>
    /// Set for holders, with this value: compiling methods a second time, better, is worth nothing here and takes memory. It is not the variable that people use.
    /// </summary>
    internal const string CompilationVariable = "COMPlus_TieredCompilation";

    internal const string CompileOnce = "0";

    private const int LookInterval = 1000;

    /// <summary>128 and SIGKILL.</summary>
    private const int KilledExitCode = 137;

    /// <summary>A process that is killed may take this long to go: its memory is freed first.</summary>
    private const int LongestDying = 10_000;

    /// <summary>How long a daemon may take to close its files once the mount is over.</summary>
    private const int LongestClosing = 30_000;

    private readonly KeptDescriptors kept = new();
    private readonly RestartPolicy policy = new();
    private readonly HangWatch hang = new();
    private readonly byte[] build;
    private readonly byte[] textBuffer = new byte[HandoverMessage.MaxText];
    private FileDescriptor? channel;
    private SpawnedProgram? child;
    private uint daemons = 1;
    private bool isCommitted;
    private bool isOver;
    private bool hasDeparted;
    private long hangLimit;
    private long servingSince = -1;
    private long restartAt;
    private long overSince;

    /// <summary>A holder that talks to the daemon that started it.</summary>
    /// <param name="channel">The socket; the holder's from now on.</param>
    /// <param name="build">The build that this process is of, in one line.</param>
    public Holder(FileDescriptor channel, string build)
    {
        this.channel = channel;
        this.build = Encoding.UTF8.GetBytes(build);
    }

    /// <summary>Prepares this process: nothing but the daemon ends it, and it stands in nobody's way.</summary>
    public static void PrepareProcess()
    {
        foreach (Signal signal in (ReadOnlySpan<Signal>)[Signal.Hangup, Signal.Interrupt, Signal.Quit, Signal.Terminate, Signal.User1, Signal.User2])
        {
            PosixProcess.Ignore(signal);
        }

        Environment.SetEnvironmentVariable(CompilationVariable, null);
        PosixProcess.ChangeDirectory("/"u8).ThrowIfFailed("change to", "/"u8);

        // Only root may ask for this, and a holder that may not is as small as any victim can be.
        _ = OutOfMemoryScore.TryWrite(OutOfMemoryScore.Never);
    }

    /// <summary>Holds until the mount is over.</summary>
    public void Run()
    {
        while (channel is not null || isCommitted)
        {
            Wait();
            if (channel is null && isCommitted && !isOver && Environment.TickCount64 >= restartAt)
            {
                Restart();
            }

            if (isOver && channel is null)
            {
                return;
            }
        }
    }

    public void Dispose()
    {
        channel?.Dispose();
        kept.Dispose();
    }

    private void Wait()
    {
        // Whoever waits on the device is woken by every request: while a daemon lives, which notices the end by itself, it is only looked at.
        FileDescriptor? device = isOver ? null : kept.Find(HandoverTag.Device);
        Span<PollEntry> entries =
        [
            new PollEntry(channel, PollEvents.Readable),
            new PollEntry(kept.Find(HandoverTag.Process), PollEvents.Readable),
            new PollEntry(channel is null ? device : null, PollEvents.None),
        ];
        int timeout = channel is null ? (int)Math.Clamp(restartAt - Environment.TickCount64, 0, LookInterval) : LookInterval;
        if (Polling.Wait(entries, timeout) != Errno.None)
        {
            return;
        }

        if (entries[2].Happened != PollEvents.None || (channel is not null && IsOver(device)))
        {
            // Unmounted, or aborted: there is nothing to hold. The daemon learns it by itself.
            isOver = true;
            overSince = Environment.TickCount64;
            kept.Drop(HandoverTag.Device);
        }

        if (channel is not null && entries[0].Happened != PollEvents.None)
        {
            Receive();
        }
        else if (entries[1].Happened != PollEvents.None)
        {
            DaemonEnded();
        }
        else if (channel is not null && !isOver)
        {
            LookForHang();
        }
        else if (channel is not null && Environment.TickCount64 - overSince > LongestClosing && kept.Find(HandoverTag.Process) is { } process)
        {
            _ = ProcessDescriptor.Send(process, Signal.Kill);
        }
    }

    private static bool IsOver(FileDescriptor? device)
    {
        Span<PollEntry> entry = [new PollEntry(device, PollEvents.None)];
        return device is not null && Polling.Wait(entry, 0) == Errno.None && entry[0].Happened != PollEvents.None;
    }

    private void Receive()
    {
        Errno errno = HandoverSocket.Receive(channel!, textBuffer, out HandoverMessage head, out _, out FileDescriptor? descriptor);
        if (errno != Errno.None)
        {
            DaemonEnded();
            return;
        }

        switch (head.Type)
        {
            case HandoverMessageType.Keep when descriptor is not null:
                if (!kept.Put(head.Tag, descriptor))
                {
                    HolderLog.Write("there is no room for another descriptor");
                }

                break;
            case HandoverMessageType.Commit:
                Commit();
                break;
            case HandoverMessageType.Serving:
                policy.NoteServing();
                servingSince = Environment.TickCount64;
                break;
            case HandoverMessageType.Depart:
                hasDeparted = true;
                break;
            case HandoverMessageType.Leave:
                isOver = true;
                channel!.Dispose();
                channel = null;
                break;
            default:
                descriptor?.Dispose();
                break;
        }
    }

    private void Commit()
    {
        if (isOver)
        {
            // It was unmounted while this daemon started, which sees that as soon as it reads requests.
            _ = HandoverSocket.Send(channel!, HandoverMessageType.Held);
            return;
        }

        HandoverOrder? order = ReadOrder();
        if (order is null || kept.Find(HandoverTag.Device) is null)
        {
            HolderLog.Write("the daemon's board cannot be read: it cannot be started again");
            return;
        }

        if (!isCommitted)
        {
            Rehearse(order);
        }

        hangLimit = (long)order.HangLimit.TotalMilliseconds;
        hang.Reset();
        isCommitted = true;
        _ = HandoverSocket.Send(channel!, HandoverMessageType.Held);
    }

    private HandoverOrder? ReadOrder() => kept.Find(HandoverTag.Board) is { } board ? HandoverBoard.Read(board) : null;

    private void LookForHang()
    {
        if (!isCommitted || kept.Find(HandoverTag.Process) is not { } process || kept.Find(HandoverTag.Board) is not { } board)
        {
            return;
        }

        if (hang.Look(kept.Find(HandoverTag.Device)!, board, hangLimit))
        {
            hang.Reset();
            HolderLog.Write(string.Create(CultureInfo.InvariantCulture, $"the daemon has read no request for {hangLimit / 1000.0} s while some wait: it is killed"));
            _ = ProcessDescriptor.Send(process, Signal.Kill);
        }
    }

    /// <summary>The channel ended, all messages before that read, or the process did: sees to it that both have.</summary>
    private void DaemonEnded()
    {
        if (kept.Take(HandoverTag.Process) is { } process)
        {
            // A daemon that closes the channel without Leave is on its way out, or should be: two must never read one device.
            _ = ProcessDescriptor.Send(process, Signal.Kill);
            WaitForEnd(process);
            process.Dispose();
        }

        channel?.Dispose();
        channel = null;
        int exitCode = 0;
        bool wasChild = child is not null && child.TryReap(out exitCode);
        child = null;
        if (isOver || !isCommitted)
        {
            return;
        }

        long now = Environment.TickCount64;
        long pause = policy.NoteEnd(servingSince < 0 ? -1 : now - servingSince, hasDeparted, exitCode == KilledExitCode);
        restartAt = now + pause;
        string code = wasChild ? string.Create(CultureInfo.InvariantCulture, $" with {exitCode}") : "";
        HolderLog.Write(string.Create(
            CultureInfo.InvariantCulture, $"the daemon {(hasDeparted ? "departed" : $"ended{code}")}; another is started{(pause > 0 ? $" in {pause} ms" : "")}"));
    }

    private void Restart()
    {
        servingSince = -1;
        hasDeparted = false;
        hang.Reset();
        Errno errno = ReadOrder() is { } order ? Start(order) : Errno.EINVAL;
        if (errno != Errno.None)
        {
            long pause = policy.NoteEnd(-1, wasAsked: false);
            restartAt = Environment.TickCount64 + pause;
            HolderLog.Write(string.Create(CultureInfo.InvariantCulture, $"cannot start the daemon again: {errno.Describe()}; the next try is in {pause} ms"));
        }

        // What starting took is given back at once: this process stays as small as it began.
        GC.Collect();
    }

    /// <summary>
    /// Waits until every thread has gone: one that is on its way out may still take a request with it, which a successor that had been there already would
    /// not be sent again.
    /// </summary>
    private static void WaitForEnd(FileDescriptor process)
    {
        long until = Environment.TickCount64 + LongestDying;
        Span<PollEntry> entry = [new PollEntry(process, PollEvents.Readable)];
        Errno errno;
        do
        {
            errno = Polling.Wait(entry, (int)Math.Max(0, until - Environment.TickCount64));
        }
        while (errno == Errno.EINTR);
    }

    /// <summary>
    /// Goes through what a restart needs, with a program that is not there: when the daemon dies because memory is short, there may be none to
    /// load and compile it.
    /// </summary>
    private void Rehearse(HandoverOrder order)
    {
        _ = Launch("/"u8.ToArray(), order, out FileDescriptor? rehearsed);
        rehearsed?.Dispose();
        if (DescriptorSocket.CreatePair(out FileDescriptor? ours, out FileDescriptor? theirs, keepsMessages: true) == Errno.None)
        {
            HandOver(ours!);
            HangWatch.Rehearse(ours!);
            ours!.Dispose();
            theirs!.Dispose();
        }

        GC.Collect();
    }

    private Errno Start(HandoverOrder order)
    {
        byte[] program = policy.TriesPrevious && order.PreviousProgram.Length > 0 ? order.PreviousProgram : order.Program;
        Errno errno = Launch(program, order, out channel);
        if (errno != Errno.None)
        {
            return errno;
        }

        if (ProcessDescriptor.Open(child!.Id, out FileDescriptor? process) == Errno.None)
        {
            kept.Put(HandoverTag.Process, process!);
        }

        HandOver(channel!);
        daemons++;
        return Errno.None;
    }

    private Errno Launch(byte[] program, HandoverOrder order, out FileDescriptor? connection)
    {
        connection = null;
        Errno errno = DescriptorSocket.CreatePair(out FileDescriptor? ours, out FileDescriptor? theirs, keepsMessages: true);
        if (errno != Errno.None)
        {
            return errno;
        }

        using (theirs)
        {
            Dictionary<string, string> additions = new(StringComparer.Ordinal)
            {
                [ChannelVariable] = ChannelNumber.ToString(CultureInfo.InvariantCulture),
            };
            (FileDescriptor, int)[] descriptors = [(theirs!, ChannelNumber)];
            const SpawnOptions apart = SpawnOptions.NewSession | SpawnOptions.DefaultSignals;
            string path = Encoding.UTF8.GetString(program);
            errno = SpawnedProgram.Start(path, order.Arguments, additions, descriptors, out child, apart, order.Directory);
            if (errno == Errno.ENOENT)
            {
                // The directory that the mount was started in has gone; absolute paths do without.
                errno = SpawnedProgram.Start(path, order.Arguments, additions, descriptors, out child, apart);
            }
        }

        if (errno != Errno.None)
        {
            ours!.Dispose();
            return errno;
        }

        connection = ours;
        return Errno.None;
    }

    /// <summary>Everything fits into the socket's buffer: this waits for nobody.</summary>
    private void HandOver(FileDescriptor connection)
    {
        _ = HandoverSocket.Send(connection, HandoverMessageType.Welcome, number: daemons, text: build);
        int cursor = 0;
        while (kept.TryStep(ref cursor, out uint tag, out FileDescriptor? file))
        {
            if (tag != HandoverTag.Process)
            {
                _ = HandoverSocket.Send(connection, HandoverMessageType.Kept, tag, descriptor: file);
            }
        }

        // Where one of these failed, the daemon has gone, and the channel will say so.
        _ = HandoverSocket.Send(connection, HandoverMessageType.Complete);
    }
}
