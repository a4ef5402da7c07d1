using Strato.Fuse.Protocol;

namespace Strato.Fuse;

/// <summary>
/// Who asks and about which node. Lives on a worker's stack during one handler call, and so do the names and arguments beside it: what a
/// deferred request needs later is copied first.
/// </summary>
public readonly ref struct FuseRequest
{
    private readonly ref readonly FuseInHeader header;
    private readonly IFuseReplySink sink;
    private readonly uint room;

    /// <summary>A request as a worker hands it to a file system.</summary>
    /// <param name="header">The request's header.</param>
    /// <param name="room">Bytes of data that the caller has room for; for attributes zero asks for the size only.</param>
    /// <param name="sink">Where a deferred answer goes.</param>
    public FuseRequest(ref readonly FuseInHeader header, uint room, IFuseReplySink sink)
    {
        this.header = ref header;
        this.room = room;
        this.sink = sink;
    }

    /// <summary>The request's number, by which <see cref="IFuseFileSystem.Interrupted"/> names it.</summary>
    public ulong Unique => header.Unique;

    public FuseOpcode Opcode => header.Opcode;

    /// <summary>The node that the request is about; the root is 1.</summary>
    public ulong NodeId => header.NodeId;

    public uint Uid => header.Uid;

    public uint Gid => header.Gid;

    /// <summary>The calling thread; 0 where it is not visible from the mounting process's pid namespace.</summary>
    public uint Pid => header.Pid;

    /// <summary>
    /// Takes the request off this worker, which goes on reading. The result is answered exactly once, from any thread, perhaps before the
    /// handler returns; the handler returns <see cref="FuseStatus.Deferred"/> whatever happens afterwards.
    /// </summary>
    public FuseCompletion Defer()
    {
        sink.Defer(header);
        return new FuseCompletion(sink, header.Unique, header.Opcode, room);
    }
}
