using Strato.Core.Catalogs;

namespace Strato.Publishing.Differences;

/// <summary>What a comparison came to.</summary>
/// <param name="Added">Entries that are only in the later one.</param>
/// <param name="Removed">Entries that are only in the earlier one.</param>
/// <param name="Modified">Entries that differ.</param>
/// <param name="Catalogs">Catalogs that were read for it.</param>
/// <param name="Growth">By how much the statistics of the whole revisions differ.</param>
public sealed record DifferenceCounts(long Added, long Removed, long Modified, long Catalogs, CatalogCounts Growth);
