using Strato.Client.Namespace;
using Strato.Client.Nodes;
using Strato.Client.Requests;
using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Client.Mounting;

/// <summary>
/// The file system that the kernel talks to: hands each request to what answers it, and takes it off its worker where an object
/// is missing.
/// </summary>
internal sealed class RepositoryFileSystem : IFuseFileSystem
{
    private readonly RequestHandlers handlers;
    private readonly NodeTable nodes;
    private readonly PendingRequests pending;
    private readonly KernelCache kernelCache;
    private bool needsNoDirectoryHandles;

    /// <summary>A file system over a node table.</summary>
    public RepositoryFileSystem(RequestHandlers handlers, NodeTable nodes, PendingRequests pending, KernelCache kernelCache)
    {
        this.handlers = handlers;
        this.nodes = nodes;
        this.pending = pending;
        this.kernelCache = kernelCache;
    }

    public void Initialize(in FuseNegotiation negotiated)
    {
        needsNoDirectoryHandles = negotiated.Has(FuseInitFlags.NoOpenDirSupport);
        kernelCache.Negotiate(negotiated.Has(FuseInitFlags.HasExpireOnly));
    }

    public void Destroy()
    {
    }

    public FuseStatus Lookup(in FuseRequest request, ReadOnlySpan<byte> name, ref FuseEntryOut entry) =>
        Finish(handlers.Names.Lookup(CallerOf(in request), name, ref entry), in request, name);

    public void Forget(ulong nodeId, ulong lookups) => nodes.Forget(nodeId, lookups);

    public FuseStatus GetAttr(in FuseRequest request, in FuseGetAttrIn arguments, ref FuseAttrOut attributes) =>
        Finish(handlers.Names.GetAttributes(CallerOf(in request), ref attributes), in request);

    public FuseStatus ReadLink(in FuseRequest request, Span<byte> target, out int length) =>
        Finish(handlers.Names.ReadLink(CallerOf(in request), target, out length), in request);

    public FuseStatus Open(in FuseRequest request, in FuseOpenIn arguments, ref FuseOpenOut opened) =>
        Finish(handlers.Opens.Open(CallerOf(in request), ref opened), in request);

    public FuseStatus Read(in FuseRequest request, in FuseReadIn arguments, Span<byte> data, out int length) =>
        Finish(handlers.Reads.Read(CallerOf(in request), arguments.Handle, arguments.Offset, data, out length), in request, default, in arguments);

    public void Release(in FuseRequest request, in FuseReleaseIn arguments) => handlers.Opens.Release(arguments.Handle);

    // Listings have no state here: a kernel that can do without handles stops asking.
    public FuseStatus OpenDir(in FuseRequest request, in FuseOpenIn arguments, ref FuseOpenOut opened) =>
        needsNoDirectoryHandles ? Errno.ENOSYS : FuseStatus.Ok;

    public FuseStatus ReadDir(in FuseRequest request, in FuseReadIn arguments, ref FuseDirectoryWriter entries) =>
        Finish(handlers.Directories.List(CallerOf(in request), arguments.Offset, plus: false, ref entries), in request, default, in arguments);

    public FuseStatus ReadDirPlus(in FuseRequest request, in FuseReadIn arguments, ref FuseDirectoryWriter entries) =>
        Finish(handlers.Directories.List(CallerOf(in request), arguments.Offset, plus: true, ref entries), in request, default, in arguments);

    public void ReleaseDir(in FuseRequest request, in FuseReleaseIn arguments)
    {
    }

    public FuseStatus StatFs(in FuseRequest request, ref FuseStatFsOut status)
    {
        handlers.Status.Fill(request.NodeId, ref status);
        return FuseStatus.Ok;
    }

    public FuseStatus GetXattr(in FuseRequest request, ReadOnlySpan<byte> name, Span<byte> value, out int length) =>
        Finish(handlers.Xattrs.Get(CallerOf(in request), name, value, out length), in request, name);

    public FuseStatus ListXattr(in FuseRequest request, Span<byte> names, out int length) =>
        Finish(handlers.Xattrs.List(CallerOf(in request), names, out length), in request);

    public void Interrupted(ulong unique) => pending.Interrupt(unique);

    private static Caller CallerOf(in FuseRequest request) => new(request.NodeId, request.Uid, request.Gid, Supplied: null, request.Unique);

    private FuseStatus Finish(Outcome outcome, in FuseRequest request, ReadOnlySpan<byte> name = default) =>
        Finish(outcome, in request, name, default);

    private FuseStatus Finish(Outcome outcome, in FuseRequest request, ReadOnlySpan<byte> name, in FuseReadIn arguments) =>
        outcome.Want is null ? outcome.Errno : pending.Defer(in request, name, in arguments, outcome.Want);
}
