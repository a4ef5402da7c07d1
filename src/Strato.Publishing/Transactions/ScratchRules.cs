using Strato.Core.Catalogs;
using Strato.Posix;
using Strato.Publishing.Merging;
using Strato.Publishing.Scanning;
using Strato.Publishing.Synchronizing;

namespace Strato.Publishing.Transactions;

/// <summary>
/// A plain directory of changes, with the names that layers of container images have (OCI image specification, "Whiteouts"): <c>.wh.NAME</c> takes a
/// name away, <c>.wh..wh..opq</c> hides everything that was in the directory. A directory that is there already keeps its attributes.
/// </summary>
internal sealed class ScratchRules : ISourceRules
{
    /// <inheritdoc/>
    public byte[]? OwnAttributes => null;

    private static ReadOnlySpan<byte> Prefix => ".wh."u8;

    private static ReadOnlySpan<byte> Opaque => ".wh..wh..opq"u8;

    /// <inheritdoc/>
    public bool IsWhole(FileDescriptor directory, byte[] path) => Has(directory, Opaque);

    /// <inheritdoc/>
    public bool IsOrder(ReadOnlySpan<byte> name, in FileStatus status, out ReadOnlySpan<byte> removed)
    {
        bool isOrder = name.StartsWith(Prefix);
        removed = isOrder && !name.SequenceEqual(Opaque) ? name[Prefix.Length..] : default;
        return isOrder;
    }

    /// <inheritdoc/>
    public SourceMarker FindMarker(FileDescriptor directory, byte[] path) =>
        SourceTree.HasMarker(directory, path, CatalogBalancer.CatalogMarker) ? SourceMarker.Present
            : Has(directory, [.. Prefix, .. CatalogBalancer.CatalogMarker]) ? SourceMarker.Removed
            : SourceMarker.Absent;

    /// <inheritdoc/>
    public CatalogEntry Keep(CatalogEntry present, CatalogEntry described) => !described.IsDirectory ? described : described with
    {
        Mode = present.Mode,
        Uid = present.Uid,
        Gid = present.Gid,
        Size = present.Size,
        Mtime = present.Mtime,
        MtimeNanoseconds = present.MtimeNanoseconds,
        Xattrs = present.Xattrs,
    };

    private static bool Has(FileDescriptor directory, ReadOnlySpan<byte> name) => PosixPath.GetStatus(directory, name, out _) == Errno.None;
}
