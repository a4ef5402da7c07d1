using Strato.Core.Catalogs;
using Strato.Posix;
using Strato.Publishing.Merging;
using Strato.Publishing.Scanning;

namespace Strato.Publishing.Synchronizing;

/// <summary>A source tree that is simply what is to be.</summary>
/// <param name="deletes">Whether what it lacks is to go.</param>
internal sealed class TreeRules(bool deletes) : ISourceRules
{
    /// <inheritdoc/>
    public byte[]? OwnAttributes => null;

    /// <inheritdoc/>
    public bool IsWhole(FileDescriptor directory, byte[] path) => deletes;

    /// <inheritdoc/>
    public bool IsOrder(ReadOnlySpan<byte> name, in FileStatus status, out ReadOnlySpan<byte> removed)
    {
        removed = default;
        return false;
    }

    /// <inheritdoc/>
    public SourceMarker FindMarker(FileDescriptor directory, byte[] path) =>
        SourceTree.HasMarker(directory, path, CatalogBalancer.CatalogMarker) ? SourceMarker.Present : SourceMarker.Absent;

    /// <inheritdoc/>
    public CatalogEntry Keep(CatalogEntry present, CatalogEntry described) => described;
}
