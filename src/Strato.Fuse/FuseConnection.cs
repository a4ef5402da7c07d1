using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strato.Fuse.Protocol;
using Strato.Fuse.Statistics;
using Strato.Posix;

namespace Strato.Fuse;

/// <summary>
/// Serves a file system on an open /dev/fuse. A fixed number of threads wait in read(2) on the one descriptor; each serves what it reads and
/// writes the reply itself. The connection ends when the file system is unmounted and its last user has gone; the descriptor's last close
/// (this process's end too) aborts it.
/// </summary>
public sealed class FuseConnection : IDisposable
{
    private const uint BackingOpen = 0x4010e501;
    private const uint BackingClose = 0x4004e502;

    private readonly FileDescriptor device;
    private readonly IFuseFileSystem fileSystem;
    private readonly FuseConnectionOptions options;
    private readonly RequestDispatcher dispatcher;
    private readonly InterruptWatcher interrupts;
    private readonly TaskCompletionSource<FuseNegotiation> initialized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Errno> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FuseWorker[] workers = [];
    private readonly RequestTally deferredTally = new(isShared: true);
    private volatile bool isWithdrawn;
    private int running;
    private int started;
    private int destroyed;
    private int firstError;

    /// <summary>Serves a newly mounted descriptor, whose first request is INIT. The connection owns the descriptor.</summary>
    public FuseConnection(FileDescriptor device, IFuseFileSystem fileSystem, FuseConnectionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1, nameof(options));
        this.device = device;
        this.fileSystem = fileSystem;
        this.options = options;
        dispatcher = new RequestDispatcher(fileSystem);
        interrupts = new InterruptWatcher(this, options.IsCallerDying);
        Rota = new WorkerRota(() => RequestsRead, Environment.ProcessorCount);
        IsReadable = LookForRequest;
        Notifier = new FuseNotifier(this);
    }

    /// <summary>What INIT settled; completes when the kernel has asked, faults where the two sides do not fit.</summary>
    public Task<FuseNegotiation> Initialized => initialized.Task;

    /// <summary>
    /// Completes when the last worker has stopped: with <see cref="Errno.None"/> after an unmount or abort, otherwise with what read(2) on the
    /// device answered.
    /// </summary>
    public Task<Errno> Ended => ended.Task;

    /// <summary>Tells the kernel what to drop from its caches.</summary>
    public FuseNotifier Notifier { get; }

    /// <summary>Requests that wait for their completion now.</summary>
    public int DeferredCount => Deferred.Count;

    /// <summary>Requests that have been read so far, of all kinds.</summary>
    public long RequestsRead
    {
        get
        {
            long sum = 0;
            foreach (FuseWorker worker in Volatile.Read(ref workers))
            {
                sum += worker.RequestsRead;
            }

            return sum;
        }
    }

    /// <summary>What has been answered so far, by kind of request. Costs some microseconds and a copy; nothing on the side of the requests.</summary>
    public RequestStatistics ReadStatistics()
    {
        RequestStatistics sums = new();
        deferredTally.AddTo(sums);
        foreach (FuseWorker worker in Volatile.Read(ref workers))
        {
            worker.Tally.AddTo(sums);
        }

        return sums;
    }

    /// <summary>Whether a request has been on its worker for this long: handlers do not wait, so its caller would wait for ever.</summary>
    internal bool IsStuck(TimeSpan limit) => Array.Exists(Volatile.Read(ref workers), worker => worker.IsStuck(limit));

    /// <summary>A successor answers what has not been answered yet.</summary>
    internal bool IsWithdrawn => isWithdrawn;

    internal DeferredRequests Deferred { get; } = new();

    /// <summary>Which of the workers wait for requests.</summary>
    internal WorkerRota Rota { get; }

    /// <summary>Whether a request, or the connection's end, can be read now.</summary>
    internal Func<bool> IsReadable { get; }

    /// <summary>
    /// Serves a descriptor that a predecessor had initialized: INIT does not come again. Requests that the predecessor read and did not answer are
    /// sent again where <see cref="FuseInitFlags.HasResend"/> was agreed; callers of older kernels would wait for ever for them.
    /// </summary>
    public static FuseConnection Adopt(
        FileDescriptor device, IFuseFileSystem fileSystem, FuseConnectionOptions options, in FuseNegotiation negotiated)
    {
        FuseConnection connection = new(device, fileSystem, options with { MaxData = (int)negotiated.MaxPages * Environment.SystemPageSize });
        connection.fileSystem.Initialize(negotiated);
        connection.initialized.SetResult(negotiated);
        return connection;
    }

    /// <summary>
    /// Lets the kernel read an open file by itself under <see cref="FuseOpenFlags.Passthrough"/>: <paramref name="backingId"/> is what an OPEN
    /// reply names, and stays good, over successors too, until <see cref="CloseBacking"/>. EPERM without CAP_SYS_ADMIN or where
    /// <see cref="FuseInitFlags.Passthrough"/> was not agreed, ELOOP for a file on a file system that stacks on others.
    /// </summary>
    public Errno OpenBacking(int descriptor, out int backingId)
    {
        FuseBackingMap map = new() { Descriptor = descriptor };
        return Control(BackingOpen, ref map, out backingId);
    }

    /// <summary>Forgets a backing file. Files that were opened with it go on; no OPEN reply may name it any more.</summary>
    public Errno CloseBacking(int backingId) => Control(BackingClose, ref backingId, out _);

    /// <summary>Starts the workers, once. Returns at once; INIT is answered by one of them.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref started, 1) != 0)
        {
            throw new InvalidOperationException("the connection was started before");
        }

        // Before any worker reads: what is sent again comes with bit 63 of its number set, which the reply echoes.
        if (initialized.Task.IsCompletedSuccessfully && initialized.Task.Result.Has(FuseInitFlags.HasResend))
        {
            Notifier.Resend().ThrowIfFailed("have the kernel send unanswered requests again");
        }

        interrupts.Start();
        running = options.Workers;
        FuseWorker[] all = new FuseWorker[options.Workers];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = new FuseWorker(this, dispatcher, options.MaxData);
        }

        Volatile.Write(ref workers, all);
        new Thread(Rota.Watch) { IsBackground = true, Name = "fuse sentinel" }.Start();
        for (int i = 0; i < all.Length; i++)
        {
            FuseWorker worker = all[i];
            Thread thread = new(() => Work(worker)) { IsBackground = true, Name = string.Create(null, $"fuse worker {i}") };
            thread.Start();
        }
    }

    /// <summary>
    /// Leaves the device to a successor: requests that are read from now on, or wait for a completion, get no answer from here, so that the kernel
    /// sends them again to whoever asks for that. Returns once those that were being served have been, or after <paramref name="limit"/>. The
    /// process should end then. Needs <see cref="FuseInitFlags.HasResend"/>.
    /// </summary>
    public void Withdraw(TimeSpan limit)
    {
        if (!(initialized.Task.IsCompletedSuccessfully && initialized.Task.Result.Has(FuseInitFlags.HasResend)))
        {
            throw new InvalidOperationException("the kernel cannot send requests again: nobody would answer them");
        }

        isWithdrawn = true;
        Thread.MemoryBarrier();
        SpinWait.SpinUntil(() => Array.TrueForAll(workers, worker => !worker.IsServing), limit);
    }

    /// <summary>
    /// Gives the descriptor back; a worker that waits for a request holds it until its read returns. Requests that are answered afterwards are
    /// dropped, as after an unmount.
    /// </summary>
    public void Dispose() => device.Dispose();

    /// <summary>Waits for the next request. ENODEV at the connection's end, of which this object's disposal is one.</summary>
    internal Errno Read(Span<byte> buffer, out int count)
    {
        try
        {
            return PosixFile.Read(device, buffer, out count);
        }
        catch (ObjectDisposedException)
        {
            count = 0;
            return Errno.ENODEV;
        }
    }

    /// <summary>Writes one message. ENODEV at the connection's end, of which this object's disposal is one.</summary>
    internal Errno Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        try
        {
            return PosixFile.Write(device, head, tail, out _);
        }
        catch (ObjectDisposedException)
        {
            return Errno.ENODEV;
        }
    }

    internal Errno Negotiate(in FuseInitIn offer, out FuseInitOut reply)
    {
        Errno errno = InitNegotiator.Negotiate(offer, options, Environment.SystemPageSize, out reply, out FuseNegotiation negotiated, out bool settled);
        if (errno != Errno.None)
        {
            initialized.TrySetException(new PosixException(
                errno, $"cannot serve: the kernel speaks FUSE {offer.Major}.{offer.Minor}, which is older than 7.{InitNegotiator.OldestMinor}"));
        }
        else if (settled)
        {
            fileSystem.Initialize(negotiated);
            initialized.TrySetResult(negotiated);
        }

        return errno;
    }

    internal void Destroy()
    {
        if (Interlocked.Exchange(ref destroyed, 1) == 0)
        {
            fileSystem.Destroy();
        }
    }

    internal void Defer(in FuseInHeader header, long started)
    {
        if (Deferred.Add(header, started))
        {
            interrupts.Wake();
        }
    }

    /// <summary>Answers a deferred request; false where its caller's death or the end of the connection came first.</summary>
    internal bool Complete(ulong unique, Errno errno, ReadOnlySpan<byte> payload) =>
        Deferred.Remove(unique, out DeferredRequest request) && !isWithdrawn && WriteReply(unique, in request, errno, payload);

    /// <summary>Answers a request that was taken out of <see cref="Deferred"/> because nobody waits for it any more.</summary>
    internal void Abandon(ulong unique, in DeferredRequest request, Errno errno)
    {
        _ = isWithdrawn || WriteReply(unique, in request, errno, default);
        try
        {
            fileSystem.Interrupted(unique);
        }
        catch (Exception exception)
        {
            Report(new FuseInHeader { Opcode = FuseOpcode.Interrupt, Unique = unique }, exception);
        }
    }

    internal void Interrupt(in FuseInHeader header, ReadOnlySpan<byte> body)
    {
        RequestArguments arguments = new(body);
        ulong unique = arguments.Take<FuseInterruptIn>().Unique;
        if (arguments.IsMalformed)
        {
            Report(header, new InvalidDataException("an INTERRUPT without the number of a request"));
            return;
        }

        Deferred.Interrupt(unique);
        interrupts.Wake();
    }

    internal void Report(in FuseInHeader header, Exception exception) =>
        options.OnFault?.Invoke(new FuseFault(header.Opcode, header.NodeId, header.Unique, exception));

    /// <summary>Looks at the result of writing a reply. ENOENT (the caller is gone) and ENODEV (unmounted) are no faults.</summary>
    internal void CheckReply(ulong unique, Errno errno)
    {
        if (errno is not (Errno.None or Errno.ENOENT or Errno.ENODEV or Errno.ECONNABORTED))
        {
            Report(new FuseInHeader { Unique = unique }, new PosixException(errno, $"cannot reply to request {unique}: {errno.Describe()}"));
        }
    }

    private bool LookForRequest()
    {
        try
        {
            return Polling.Wait(device, PollEvents.Readable, 0, out PollEvents happened) != Errno.None || happened != PollEvents.None;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private Errno Control<T>(uint request, ref T argument, out int result)
        where T : unmanaged
    {
        try
        {
            return PosixFile.Control(device, request, ref argument, out result);
        }
        catch (ObjectDisposedException)
        {
            result = 0;
            return Errno.ENODEV;
        }
    }

    private bool WriteReply(ulong unique, in DeferredRequest request, Errno errno, ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> data = errno == Errno.None ? payload : default;
        FuseOutHeader header = new() { Length = (uint)(Unsafe.SizeOf<FuseOutHeader>() + data.Length), Error = -(int)errno, Unique = unique };
        ReadOnlySpan<byte> head = MemoryMarshal.AsBytes(new ReadOnlySpan<FuseOutHeader>(in header));
        Errno written = Write(head, data);
        CheckReply(unique, written);
        deferredTally.Count(request.Opcode, request.Started, errno, data.Length);
        return written == Errno.None;
    }

    private void Work(FuseWorker worker)
    {
        Errno errno;
        using (worker)
        {
            errno = worker.Run();
        }

        Rota.Dismiss();
        Interlocked.CompareExchange(ref firstError, (int)errno, 0);
        if (Interlocked.Decrement(ref running) == 0)
        {
            End();
        }
    }

    private void End()
    {
        interrupts.Stop();
        try
        {
            Destroy();
        }
        catch (Exception exception)
        {
            Report(new FuseInHeader { Opcode = FuseOpcode.Destroy }, exception);
        }

        initialized.TrySetException(new PosixException(Errno.ENODEV, "the file system was unmounted before the kernel initialized it"));
        ended.SetResult((Errno)firstError);
    }
}
