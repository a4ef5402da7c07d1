using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Testing.Fuse;

/// <summary>
/// The kernel's side of a FUSE connection over a socket that keeps messages apart, for tests without a mount. It belongs to one thread; disposal
/// is the unmount.
/// </summary>
public sealed class FakeKernel : IDisposable
{
    private readonly FileDescriptor socket;
    private readonly byte[] received = new byte[2 << 20];
    private ulong lastUnique;

    /// <summary>Connects a file system that answers INIT when its connection is started.</summary>
    public FakeKernel(IFuseFileSystem fileSystem, FuseConnectionOptions? options = null)
    {
        DescriptorSocket.CreatePair(out FileDescriptor? ours, out FileDescriptor? theirs, keepsMessages: true).ThrowIfFailed("make a socket pair");
        socket = ours!;
        Connection = new FuseConnection(theirs!, fileSystem, options ?? new FuseConnectionOptions());
    }

    public FuseConnection Connection { get; }

    /// <summary>The thread that requests come from.</summary>
    public uint Pid { get; set; }

    /// <summary>Starts the workers and agrees with them as Linux 6.18 does.</summary>
    public FuseInitOut Start()
    {
        Connection.Start();
        FuseInitIn offer = new() { Major = 7, Minor = 45, MaxReadahead = 128 * 1024, FlagsLow = uint.MaxValue, FlagsHigh = uint.MaxValue };
        return MemoryMarshal.Read<FuseInitOut>(Ask(FuseOpcode.Init, 0, Bytes(offer)).Payload);
    }

    /// <summary>Sends a request and waits for its reply, which is the next message.</summary>
    public FakeReply Ask(FuseOpcode opcode, ulong nodeId, params ReadOnlySpan<byte> body)
    {
        ulong unique = Send(opcode, nodeId, body);
        FakeReply reply = Receive();
        return reply.Unique == unique ? reply : throw new InvalidOperationException($"request {unique} was answered by {reply.Unique}");
    }

    /// <summary>Sends a request; its number.</summary>
    public ulong Send(FuseOpcode opcode, ulong nodeId, params ReadOnlySpan<byte> body)
    {
        lastUnique += 2;
        SendAs(lastUnique, opcode, nodeId, body);
        return lastUnique;
    }

    /// <summary>Sends a request with a number of the caller's choice.</summary>
    public void SendAs(ulong unique, FuseOpcode opcode, ulong nodeId, params ReadOnlySpan<byte> body)
    {
        FuseInHeader header = new()
        {
            Length = (uint)(Unsafe.SizeOf<FuseInHeader>() + body.Length),
            Opcode = opcode,
            Unique = unique,
            NodeId = nodeId,
            Pid = Pid,
        };
        SendRaw([.. Bytes(header), .. body]);
    }

    public void SendRaw(ReadOnlySpan<byte> message) => PosixFile.WriteAll(socket, message).ThrowIfFailed("send a request");

    /// <summary>Waits for the next message of the file system: a reply, or a notification with number zero.</summary>
    public FakeReply Receive()
    {
        PosixFile.Read(socket, received, out int count).ThrowIfFailed("receive a reply");
        FuseOutHeader header = MemoryMarshal.Read<FuseOutHeader>(received);
        return header.Length == count
            ? new FakeReply(header.Unique, header.Error, received[Unsafe.SizeOf<FuseOutHeader>()..count])
            : throw new InvalidOperationException($"a message says {header.Length} bytes and has {count}");
    }

    /// <summary>True where no message waits.</summary>
    public bool IsSilent()
    {
        Polling.Wait(socket, PollEvents.Readable, 0, out PollEvents happened).ThrowIfFailed("poll");
        return happened == PollEvents.None;
    }

    /// <summary>A structure's bytes.</summary>
    public static byte[] Bytes<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    public void Dispose()
    {
        socket.Dispose();
        Connection.Dispose();
    }
}
