using Strato.Core.Catalogs;

namespace Strato.Publishing.Merging;

/// <summary>What became of a tree of catalogs.</summary>
/// <param name="Root">The root catalog in the store.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Counters">What it counts.</param>
/// <param name="IsChanged">False where the root catalog is the one that the edit began with.</param>
internal sealed record SealedTree(NestedCatalog Root, ulong Revision, CatalogCounters Counters, bool IsChanged);
