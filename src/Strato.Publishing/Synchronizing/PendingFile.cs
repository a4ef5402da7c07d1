using Strato.Core.Catalogs;
using Strato.Posix;
using Strato.Publishing.Pipeline;
using Strato.Publishing.Scanning;

namespace Strato.Publishing.Synchronizing;

/// <summary>
/// A regular file, under all names that it has in one directory, whose content is on its way. When it is there its rows are written. Holds
/// its catalog until then.
/// </summary>
internal sealed class PendingFile : FileRequest
{
    private readonly DirectoryMerge merge;
    private readonly IReadOnlyList<SourceName> names;
    private readonly CatalogEntry described;
    private readonly FileStatus scanned;

    /// <summary>Makes one and holds the catalog.</summary>
    /// <param name="merge">The directory that it is in.</param>
    /// <param name="names">Its names there, the first to read it by.</param>
    /// <param name="described">Its entry without the content.</param>
    /// <param name="status">What the scan saw.</param>
    public PendingFile(DirectoryMerge merge, IReadOnlyList<SourceName> names, CatalogEntry described, FileStatus status)
        : base(status)
    {
        this.merge = merge;
        this.names = names;
        this.described = described;
        scanned = status;
        Path = SourceTree.Join(merge.Place.Source, names[0].Name);
        merge.Place.Catalog.Hold();
    }

    /// <inheritdoc/>
    public override byte[] Path { get; }

    /// <inheritdoc/>
    public override void Complete(in StoredContent content)
    {
        FileStatus status = Status;
        CatalogEntry attributes = SourceFile.IsSame(scanned, status) ? described : merge.Source.Describe(Path, names[0].Name, status);
        CatalogEntry entry = attributes with
        {
            Size = content.Size,
            Hash = content.Hash,
            Compression = content.Compression,
            IsChunked = content.Chunks.Count > 0,
            Linkcount = described.Linkcount,
            HardlinkGroup = described.HardlinkGroup,
        };
        merge.Write(names, entry, content.Chunks);
        merge.Stamp(names, status, ContentStamp.FingerprintOf(content.Hash, content.Chunks));
        merge.Place.Catalog.Release();
    }
}
