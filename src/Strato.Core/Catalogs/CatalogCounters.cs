namespace Strato.Core.Catalogs;

/// <summary>Table <c>statistics</c>: what a catalog counts of itself and of all catalogs below it.</summary>
/// <param name="Self">Counters <c>self_*</c>.</param>
/// <param name="Subtree">Counters <c>subtree_*</c>: the sum over the nested catalogs, theirs included.</param>
public readonly record struct CatalogCounters(CatalogCounts Self, CatalogCounts Subtree)
{
    /// <summary>The catalog and everything below it.</summary>
    public CatalogCounts Total => Self + Subtree;

    public static CatalogCounters operator +(CatalogCounters left, CatalogCounters right) =>
        new(left.Self + right.Self, left.Subtree + right.Subtree);

    public static CatalogCounters operator -(CatalogCounters left, CatalogCounters right) =>
        new(left.Self - right.Self, left.Subtree - right.Subtree);
}
