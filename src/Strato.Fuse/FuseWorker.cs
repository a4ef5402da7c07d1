using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strato.Fuse.Protocol;
using Strato.Fuse.Statistics;
using Strato.Posix;

namespace Strato.Fuse;

/// <summary>
/// One thread's side of a connection: reads a request into its own buffer, has it served and writes the reply, header and payload together. A
/// warm request allocates nothing.
/// </summary>
internal sealed class FuseWorker : IFuseReplySink, IDisposable
{
    /// <summary>Room for a batch of 4,000 FORGETs; nothing else that a read-only file system is sent is long.</summary>
    private const int RequestSize = 64 * 1024;

    [ThreadStatic]
    private static bool isServing;

    private readonly FuseConnection connection;
    private readonly RequestDispatcher dispatcher;
    private readonly NativeBuffer request = new(RequestSize);
    private readonly NativeBuffer reply;
    private readonly int payloadStart = Environment.SystemPageSize;
    private bool deferred;
    private long started;
    private long requestsRead;
    private volatile bool isServingRequest;

    public FuseWorker(FuseConnection connection, RequestDispatcher dispatcher, int maxData)
    {
        this.connection = connection;
        this.dispatcher = dispatcher;
        request.MakeResident();

        // The payload starts on a page, so that file data is copied to aligned memory; the header lies right before it.
        reply = new NativeBuffer(payloadStart + Math.Max(maxData, RequestDispatcher.LeastPayload));
    }

    /// <summary>True on a thread that serves requests: a notification from there can wait for a lock that its own request holds.</summary>
    public static bool IsCurrentThreadServing => isServing;

    /// <summary>What this thread has answered.</summary>
    public RequestTally Tally { get; } = new(isShared: false);

    /// <summary>Requests that this thread has read.</summary>
    public long RequestsRead => Volatile.Read(ref requestsRead);

    /// <summary>Whether it is serving one now.</summary>
    public bool IsServing => isServingRequest;

    /// <summary>Whether it has served one request for this long. What it serves does not wait for anything slow.</summary>
    public bool IsStuck(TimeSpan limit) => isServingRequest && Stopwatch.GetElapsedTime(Volatile.Read(ref started)) >= limit;

    /// <summary>Serves until the connection ends; the error that ended it, or none where it was unmounted.</summary>
    public Errno Run()
    {
        isServing = true;
        Errno errno;
        do
        {
            errno = ServeOne();
        }
        while (errno == Errno.None);
        return errno is Errno.ENODEV or Errno.ECONNABORTED ? Errno.None : errno;
    }

    /// <summary>Waits for one request and serves it. ENODEV once the file system is unmounted.</summary>
    public Errno ServeOne()
    {
        WorkerRota rota = connection.Rota;
        rota.BeginWaiting();
        long begun = rota.LookOut(connection.IsReadable);
        Errno errno = connection.Read(request.Span, out int count);
        bool isRequest = errno == Errno.None && count > 0;
        if (isRequest)
        {
            Volatile.Write(ref requestsRead, requestsRead + 1);
        }

        rota.EndWaiting(begun, isRequest && MaySleep(request.Span[..count]));
        switch (errno)
        {
            case Errno.None when count == 0:
                return Errno.ENODEV;
            case Errno.None:
                started = Stopwatch.GetTimestamp();
                isServingRequest = true;
                Serve(request.Span[..count]);
                isServingRequest = false;
                return Errno.None;
            case Errno.EAGAIN:
            case Errno.ENOENT:
                // The request that woke this thread was taken back before it could be read.
                return Errno.None;
            default:
                return errno;
        }
    }

    void IFuseReplySink.Defer(in FuseInHeader header)
    {
        deferred = true;
        connection.Defer(header, started);
    }

    bool IFuseReplySink.Reply(ulong unique, Errno errno, ReadOnlySpan<byte> payload) => connection.Complete(unique, errno, payload);

    public void Dispose()
    {
        request.Dispose();
        reply.Dispose();
    }

    /// <summary>Content is read from the disk; what else is asked for is in memory as a rule.</summary>
    private static bool MaySleep(ReadOnlySpan<byte> message) =>
        message.Length >= Unsafe.SizeOf<FuseInHeader>() && MemoryMarshal.Read<FuseInHeader>(message).Opcode == FuseOpcode.Read;

    private void Serve(ReadOnlySpan<byte> message)
    {
        RequestArguments arguments = new(message);
        ref readonly FuseInHeader header = ref arguments.Take<FuseInHeader>();
        if (arguments.IsMalformed || header.Length != message.Length)
        {
            connection.Report(header, new InvalidDataException($"a request says {header.Length} bytes and has {message.Length}"));
            return;
        }

        if (connection.IsWithdrawn && header.Opcode is not (FuseOpcode.Forget or FuseOpcode.BatchForget))
        {
            // Whoever comes next has it sent again.
            return;
        }

        ReadOnlySpan<byte> body = message[Unsafe.SizeOf<FuseInHeader>()..];
        deferred = false;
        try
        {
            switch (header.Opcode)
            {
                case FuseOpcode.Forget:
                case FuseOpcode.BatchForget:
                    dispatcher.Forget(header, body);
                    Tally.Count(header.Opcode, started, Errno.None, 0);
                    break;
                case FuseOpcode.Interrupt:
                    connection.Interrupt(header, body);
                    break;
                case FuseOpcode.Init:
                    Initialize(in header, body);
                    break;
                case FuseOpcode.Destroy:
                    connection.Destroy();
                    Reply(header.Unique, Errno.None, 0);
                    break;
                default:
                    ServeReplied(in header, body);
                    break;
            }
        }
        catch (Exception exception)
        {
            Fail(in header, exception);
        }
    }

    private void ServeReplied(ref readonly FuseInHeader header, ReadOnlySpan<byte> body)
    {
        FuseRequest asked = new(in header, RequestDispatcher.RoomOf(header.Opcode, body), this);
        FuseStatus status = dispatcher.Dispatch(asked, body, reply.Span[payloadStart..], out int length);
        if (status.IsDeferred != deferred)
        {
            throw new InvalidOperationException(
                deferred ? "the request was deferred and answered as well" : "the request was neither answered nor deferred");
        }

        if (!deferred)
        {
            Reply(header.Unique, status.Errno, length);
            Tally.Count(header.Opcode, started, status.Errno, length);
        }
    }

    private void Initialize(ref readonly FuseInHeader header, ReadOnlySpan<byte> body)
    {
        // Kernels before 7.36 send the first sixteen bytes only.
        FuseInitIn offer = default;
        Span<byte> room = MemoryMarshal.AsBytes(new Span<FuseInitIn>(ref offer));
        body[..Math.Min(body.Length, room.Length)].CopyTo(room);
        Errno errno = connection.Negotiate(offer, out FuseInitOut agreed);
        MemoryMarshal.Write(reply.Span[payloadStart..], agreed);
        Reply(header.Unique, errno, Unsafe.SizeOf<FuseInitOut>());
    }

    /// <summary>Answers EIO, unless the request was deferred and somebody else answers or has answered it.</summary>
    private void Fail(ref readonly FuseInHeader header, Exception exception)
    {
        connection.Report(header, exception);
        bool answered = header.Opcode is FuseOpcode.Forget or FuseOpcode.BatchForget or FuseOpcode.Interrupt;
        if (!answered && (!deferred || connection.Deferred.Remove(header.Unique, out _)))
        {
            Reply(header.Unique, Errno.EIO, 0);
            Tally.Count(header.Opcode, started, Errno.EIO, 0);
        }
    }

    private void Reply(ulong unique, Errno errno, int length)
    {
        int headerSize = Unsafe.SizeOf<FuseOutHeader>();
        int size = headerSize + (errno == Errno.None ? length : 0);
        Span<byte> message = reply.Span.Slice(payloadStart - headerSize, size);
        MemoryMarshal.Write(message, new FuseOutHeader { Length = (uint)size, Error = -(int)errno, Unique = unique });
        connection.CheckReply(unique, connection.Write(message, default));
    }
}
