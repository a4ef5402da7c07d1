using Strato.Core.Catalogs;
using Strato.Posix;
using Strato.Publishing.Merging;
using Strato.Publishing.Scanning;
using Strato.Publishing.Synchronizing;
using FileType = Strato.Posix.FileType;
using PosixAttributes = Strato.Posix.ExtendedAttributes;

namespace Strato.Publishing.Transactions;

/// <summary>
/// The upper directory of a kernel overlayfs (Documentation/filesystems/overlayfs.rst): a character device 0:0 takes a name away, the attribute
/// <c>trusted.overlay.opaque</c> hides everything that was below a directory.
/// </summary>
internal sealed class OverlayRules : ISourceRules
{
    private static ReadOnlySpan<byte> Opaque => "trusted.overlay.opaque"u8;

    /// <inheritdoc/>
    public byte[]? OwnAttributes { get; } = "trusted.overlay."u8.ToArray();

    /// <inheritdoc/>
    public bool IsWhole(FileDescriptor directory, byte[] path) =>
        PosixAttributes.Get(directory, Opaque, out byte[] value) == Errno.None && value.AsSpan().SequenceEqual("y"u8);

    /// <inheritdoc/>
    public bool IsOrder(ReadOnlySpan<byte> name, in FileStatus status, out ReadOnlySpan<byte> removed)
    {
        removed = name;
        return IsWhiteout(status);
    }

    /// <inheritdoc/>
    public SourceMarker FindMarker(FileDescriptor directory, byte[] path) =>
        PosixPath.GetStatus(directory, CatalogBalancer.CatalogMarker, out FileStatus status) == Errno.None && IsWhiteout(status) ? SourceMarker.Removed
            : SourceTree.HasMarker(directory, path, CatalogBalancer.CatalogMarker) ? SourceMarker.Present
            : SourceMarker.Absent;

    /// <inheritdoc/>
    public CatalogEntry Keep(CatalogEntry present, CatalogEntry described) => described with
    {
        // What the kernel has copied up keeps its time, but a directory's size becomes that of another file system.
        Size = described.IsDirectory ? present.Size : described.Size,
        MtimeNanoseconds = described.MtimeNanoseconds == 0 && present.MtimeNanoseconds == CatalogEntry.NoNanoseconds
            ? CatalogEntry.NoNanoseconds
            : described.MtimeNanoseconds,
    };

    private static bool IsWhiteout(in FileStatus status) => status.Type == FileType.CharacterDevice && status.RawDevice == 0;
}
