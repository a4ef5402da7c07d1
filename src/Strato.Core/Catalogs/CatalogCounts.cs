namespace Strato.Core.Catalogs;

/// <summary>What table <c>statistics</c> counts, for one catalog or for all below it; also a difference of two such counts.</summary>
/// <param name="RegularFiles">Counter <c>regular</c>.</param>
/// <param name="SymbolicLinks">Counter <c>symlink</c>.</param>
/// <param name="SpecialFiles">Counter <c>special</c>: devices, FIFOs and sockets.</param>
/// <param name="Directories">Counter <c>dir</c>; a nested catalog's root counts there and once more as mount point in its parent.</param>
/// <param name="NestedCatalogs">Counter <c>nested</c>: references to nested catalogs.</param>
/// <param name="ChunkedFiles">Counter <c>chunked</c>, of the regular files.</param>
/// <param name="Chunks">Counter <c>chunks</c>.</param>
/// <param name="FileSize">Counter <c>file_size</c>: plain bytes of all regular files; hard links count each.</param>
/// <param name="ChunkedFileSize">Counter <c>chunked_size</c>: plain bytes of the chunked files.</param>
/// <param name="WithXattrs">Counter <c>xattr</c>: entries of any kind with extended attributes.</param>
/// <param name="ExternalFiles">Counter <c>external</c>, of the regular files.</param>
/// <param name="ExternalFileSize">Counter <c>external_file_size</c>: plain bytes of the external files.</param>
public readonly record struct CatalogCounts(
    long RegularFiles,
    long SymbolicLinks,
    long SpecialFiles,
    long Directories,
    long NestedCatalogs,
    long ChunkedFiles,
    long Chunks,
    long FileSize,
    long ChunkedFileSize,
    long WithXattrs,
    long ExternalFiles,
    long ExternalFileSize)
{
    /// <summary>The counters' names without their prefix, in the order of <see cref="ToArray"/>.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "regular", "symlink", "special", "dir", "nested", "chunked", "chunks", "file_size", "chunked_size", "xattr", "external",
        "external_file_size",
    ];

    /// <summary>Everything that has a name: files, links, special files and directories.</summary>
    public long Entries => RegularFiles + SymbolicLinks + SpecialFiles + Directories;

    public static CatalogCounts operator +(CatalogCounts left, CatalogCounts right) => Combine(left, right, 1);

    public static CatalogCounts operator -(CatalogCounts left, CatalogCounts right) => Combine(left, right, -1);

    /// <summary>The counts of one entry; chunks are counted as they are added, nested catalogs as they are referenced.</summary>
    public static CatalogCounts Of(FileType type, long size, CatalogFlags flags, bool hasXattrs)
    {
        CatalogCounts counts = type switch
        {
            FileType.Directory => default(CatalogCounts) with { Directories = 1 },
            FileType.SymbolicLink => default(CatalogCounts) with { SymbolicLinks = 1 },
            FileType.Regular => default(CatalogCounts) with { RegularFiles = 1, FileSize = size },
            _ => default(CatalogCounts) with { SpecialFiles = 1 },
        };
        if (type == FileType.Regular && flags.HasFlag(CatalogFlags.Chunked))
        {
            counts = counts with { ChunkedFiles = 1, ChunkedFileSize = size };
        }

        if (type == FileType.Regular && flags.HasFlag(CatalogFlags.External))
        {
            counts = counts with { ExternalFiles = 1, ExternalFileSize = size };
        }

        return hasXattrs ? counts with { WithXattrs = 1 } : counts;
    }

    /// <summary>The inverse of <see cref="ToArray"/>.</summary>
    public static CatalogCounts FromArray(ReadOnlySpan<long> values) =>
        new(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11]);

    /// <summary>The values in the order of <see cref="Names"/>.</summary>
    public long[] ToArray() =>
    [
        RegularFiles, SymbolicLinks, SpecialFiles, Directories, NestedCatalogs, ChunkedFiles, Chunks, FileSize, ChunkedFileSize, WithXattrs,
        ExternalFiles, ExternalFileSize,
    ];

    private static CatalogCounts Combine(CatalogCounts left, CatalogCounts right, long factor) => new(
        left.RegularFiles + (factor * right.RegularFiles),
        left.SymbolicLinks + (factor * right.SymbolicLinks),
        left.SpecialFiles + (factor * right.SpecialFiles),
        left.Directories + (factor * right.Directories),
        left.NestedCatalogs + (factor * right.NestedCatalogs),
        left.ChunkedFiles + (factor * right.ChunkedFiles),
        left.Chunks + (factor * right.Chunks),
        left.FileSize + (factor * right.FileSize),
        left.ChunkedFileSize + (factor * right.ChunkedFileSize),
        left.WithXattrs + (factor * right.WithXattrs),
        left.ExternalFiles + (factor * right.ExternalFiles),
        left.ExternalFileSize + (factor * right.ExternalFileSize));
}
