using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Fuse;

/// <summary>
/// Messages to the kernel that no request asked for. Each answers the kernel's errno; ENOENT says that it has no such node or name, and so
/// nothing to drop, ENODEV that the connection has ended. They can wait for locks that a request in flight holds: calling one from a thread that serves requests throws
/// <see cref="InvalidOperationException"/>. Safe on any other thread.
/// </summary>
public sealed class FuseNotifier
{
    private const int MaxName = 255;
    private const uint ExpireOnly = 1;

    private readonly FuseConnection connection;

    internal FuseNotifier(FuseConnection connection) => this.connection = connection;

    /// <summary>
    /// Drops a node's attributes and, from <paramref name="offset"/> on, its cached data (of a directory: the listing), up to
    /// <paramref name="length"/> bytes or to the end where that is zero. A negative offset drops attributes only.
    /// </summary>
    public Errno InvalidateInode(ulong nodeId, long offset = 0, long length = 0)
    {
        FuseNotifyInvalInodeOut body = new() { NodeId = nodeId, Offset = offset, Length = length };
        return Send(FuseNotification.InvalInode, MemoryMarshal.AsBytes(new ReadOnlySpan<FuseNotifyInvalInodeOut>(in body)));
    }

    /// <summary>
    /// Makes the kernel look a name up again at its next use. What is open, mounted or bind-mounted below stays. Needs
    /// <see cref="FuseInitFlags.HasExpireOnly"/>; kernels before 6.2 take it for <see cref="DropEntry"/>.
    /// </summary>
    public Errno ExpireEntry(ulong parent, ReadOnlySpan<byte> name) => Entry(parent, name, ExpireOnly);

    /// <summary>Drops a name now. Of a directory this detaches what is mounted on or below it: only for names that are gone.</summary>
    public Errno DropEntry(ulong parent, ReadOnlySpan<byte> name) => Entry(parent, name, 0);

    /// <summary>
    /// Drops every name that the kernel has at its next use, in one message (7.44, Linux 6.16 and later; EINVAL before). Like
    /// <see cref="DropEntry"/> it detaches what is mounted on a directory: only for a file system that nothing is mounted in.
    /// </summary>
    public Errno IncrementEpoch() => Send(FuseNotification.IncEpoch, default);

    /// <summary>
    /// Drops what nobody uses of these nodes: their names, unless something is known below them, and with the last name the node, which a FORGET tells
    /// (7.45, Linux 6.18; EINVAL before). What is open, mounted, bound or a working directory stays.
    /// </summary>
    public Errno Prune(ReadOnlySpan<ulong> nodeIds)
    {
        Span<byte> body = new byte[Unsafe.SizeOf<FuseNotifyPruneOut>() + (nodeIds.Length * sizeof(ulong))];
        MemoryMarshal.Write(body, new FuseNotifyPruneOut { Count = (uint)nodeIds.Length });
        MemoryMarshal.AsBytes(nodeIds).CopyTo(body[Unsafe.SizeOf<FuseNotifyPruneOut>()..]);
        return Send(FuseNotification.Prune, body);
    }

    /// <summary>Has the requests that were read but not answered sent again, with bit 63 of their numbers set (7.40; EINVAL before).</summary>
    public Errno Resend() => Send(FuseNotification.Resend, default);

    /// <summary>The same for whoever has the device and serves nothing on it.</summary>
    internal static Errno Resend(FileDescriptor device)
    {
        FuseOutHeader header = new() { Length = (uint)Unsafe.SizeOf<FuseOutHeader>(), Error = (int)FuseNotification.Resend };
        return PosixFile.WriteAll(device, MemoryMarshal.AsBytes(new ReadOnlySpan<FuseOutHeader>(in header)));
    }

    private Errno Entry(ulong parent, ReadOnlySpan<byte> name, uint flags)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, MaxName);
        FuseNotifyInvalEntryOut head = new() { Parent = parent, NameLength = (uint)name.Length, Flags = flags };
        int size = Unsafe.SizeOf<FuseNotifyInvalEntryOut>();
        Span<byte> body = stackalloc byte[size + MaxName + 1];
        MemoryMarshal.Write(body, head);
        name.CopyTo(body[size..]);
        body[size + name.Length] = 0;
        return Send(FuseNotification.InvalEntry, body[..(size + name.Length + 1)]);
    }

    private Errno Send(FuseNotification code, ReadOnlySpan<byte> body)
    {
        if (FuseWorker.IsCurrentThreadServing)
        {
            throw new InvalidOperationException("a notification from a thread that serves requests can wait for that request for ever");
        }

        FuseOutHeader header = new() { Length = (uint)(Unsafe.SizeOf<FuseOutHeader>() + body.Length), Error = (int)code };
        return connection.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<FuseOutHeader>(in header)), body);
    }
}
