using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Fuse;

/// <summary>
/// A read-only file system, one method for each request of the kernel. Methods run on the connection's worker threads, several at once, and
/// must neither allocate nor wait for anything slow on their warm path: who has to wait takes <see cref="FuseRequest.Defer"/> and answers
/// later. Outputs point into the worker's reply buffer and are zero at first; they count only where the status is <see cref="FuseStatus.Ok"/>.
/// A method that throws gives its caller EIO and is reported once. Nothing here may touch the file system's own mount.
/// </summary>
public interface IFuseFileSystem
{
    /// <summary>Once, before the first request (of a successor process: before its first request).</summary>
    void Initialize(in FuseNegotiation negotiated);

    /// <summary>The kernel has unmounted the file system; no request follows. Not called where the daemon goes first.</summary>
    void Destroy();

    /// <summary>
    /// Finds a name in the request's node. ENOENT, or <see cref="FuseStatus.Ok"/> with node id zero and a validity to have the absence cached.
    /// A node id in the reply counts as one lookup.
    /// </summary>
    FuseStatus Lookup(in FuseRequest request, ReadOnlySpan<byte> name, ref FuseEntryOut entry);

    /// <summary>The kernel drops this many lookups of a node. Unknown nodes and counts that are too high are tolerated (a predecessor's).</summary>
    void Forget(ulong nodeId, ulong lookups);

    FuseStatus GetAttr(in FuseRequest request, in FuseGetAttrIn arguments, ref FuseAttrOut attributes);

    /// <summary>Writes a symbolic link's target, without NUL; there is room for 4095 bytes.</summary>
    FuseStatus ReadLink(in FuseRequest request, Span<byte> target, out int length);

    /// <summary>Opens a regular file for reading; opening for writing is answered with EROFS before it gets here.</summary>
    FuseStatus Open(in FuseRequest request, in FuseOpenIn arguments, ref FuseOpenOut opened);

    /// <summary>
    /// Fills <paramref name="data"/>, as long as the request's size, from the request's offset. Fewer bytes mean the end of the file (or, with
    /// <see cref="FuseOpenFlags.DirectIo"/>, a short read).
    /// </summary>
    FuseStatus Read(in FuseRequest request, in FuseReadIn arguments, Span<byte> data, out int length);

    /// <summary>The last user of an open file has gone. The reply is not waited for and never fails.</summary>
    void Release(in FuseRequest request, in FuseReleaseIn arguments);

    /// <summary>
    /// Opens a directory. ENOSYS where <see cref="FuseInitFlags.NoOpenDirSupport"/> is agreed: no OPENDIR or RELEASEDIR comes any more, handles are
    /// zero, and the kernel keeps listings until they are invalidated.
    /// </summary>
    FuseStatus OpenDir(in FuseRequest request, in FuseOpenIn arguments, ref FuseOpenOut opened);

    /// <summary>Lists names after the cookie <see cref="FuseReadIn.Offset"/> with <see cref="FuseDirectoryWriter.TryAdd"/> until one does not fit.</summary>
    FuseStatus ReadDir(in FuseRequest request, in FuseReadIn arguments, ref FuseDirectoryWriter entries);

    /// <summary>Lists names with attributes with <see cref="FuseDirectoryWriter.TryAddPlus"/> until one does not fit.</summary>
    FuseStatus ReadDirPlus(in FuseRequest request, in FuseReadIn arguments, ref FuseDirectoryWriter entries);

    void ReleaseDir(in FuseRequest request, in FuseReleaseIn arguments);

    FuseStatus StatFs(in FuseRequest request, ref FuseStatFsOut status);

    /// <summary>
    /// Writes an extended attribute's whole value, whatever size the caller asked for: <paramref name="value"/> always has 64 KiB, the kernel's
    /// limit, and the caller gets the value, its size or ERANGE. ENODATA where there is none, E2BIG for a longer one; ENOSYS ends all asking.
    /// </summary>
    FuseStatus GetXattr(in FuseRequest request, ReadOnlySpan<byte> name, Span<byte> value, out int length);

    /// <summary>Writes the names of all extended attributes, each with a NUL after it, with the same room as <see cref="GetXattr"/>.</summary>
    FuseStatus ListXattr(in FuseRequest request, Span<byte> names, out int length);

    /// <summary>access(2), only asked without the mount option <c>default_permissions</c>; ENOSYS allows everything for ever.</summary>
    FuseStatus Access(in FuseRequest request, in FuseAccessIn arguments) => Errno.ENOSYS;

    /// <summary>Finds data or a hole; ENOSYS makes the kernel treat every file as having no holes.</summary>
    FuseStatus Lseek(in FuseRequest request, in FuseLseekIn arguments, ref FuseLseekOut found) => Errno.ENOSYS;

    /// <summary>
    /// The caller of a deferred request is being killed and was answered with EINTR: nobody waits for the completion any more, which is still
    /// answered but goes nowhere. Comes on a thread of the connection's own.
    /// </summary>
    void Interrupted(ulong unique)
    {
    }
}
