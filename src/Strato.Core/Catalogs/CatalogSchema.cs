namespace Strato.Core.Catalogs;

/// <summary>
/// The form of a catalog's tables. The version is a decimal number in the format (2.5); here it is kept in tenths, because
/// the stored text of a binary fraction is not always equal to it.
/// </summary>
/// <param name="Tenths">25 for schema 2.5.</param>
/// <param name="Revision">The count of compatible additions to it.</param>
public readonly record struct CatalogSchema(int Tenths, int Revision) : IComparable<CatalogSchema>
{
    /// <summary>What Strato writes: 2.5, revision 7 (nanoseconds of modification times).</summary>
    public static CatalogSchema Latest => new(25, 7);

    /// <summary>Table <c>chunks</c>, <c>statistics</c>, owners and hard links exist.</summary>
    internal bool HasOwners => Tenths >= 21;

    /// <summary>Column <c>size</c> of <c>nested_catalogs</c> exists.</summary>
    internal bool HasNestedSizes => CompareTo(new CatalogSchema(25, 1)) >= 0;

    /// <summary>Column <c>xattr</c> exists.</summary>
    internal bool HasXattrs => CompareTo(new CatalogSchema(25, 2)) >= 0;

    /// <summary>Table <c>bind_mountpoints</c> exists.</summary>
    internal bool HasBindMountPoints => CompareTo(new CatalogSchema(25, 4)) >= 0;

    /// <summary>Every counter of table <c>statistics</c> exists.</summary>
    internal bool HasAllCounters => CompareTo(new CatalogSchema(25, 5)) >= 0;

    /// <summary>Column <c>mtimens</c> exists.</summary>
    internal bool HasNanoseconds => CompareTo(new CatalogSchema(25, 7)) >= 0;

    public static bool operator <(CatalogSchema left, CatalogSchema right) => left.CompareTo(right) < 0;

    public static bool operator >(CatalogSchema left, CatalogSchema right) => left.CompareTo(right) > 0;

    public static bool operator <=(CatalogSchema left, CatalogSchema right) => left.CompareTo(right) <= 0;

    public static bool operator >=(CatalogSchema left, CatalogSchema right) => left.CompareTo(right) >= 0;

    public int CompareTo(CatalogSchema other) => (Tenths, Revision).CompareTo((other.Tenths, other.Revision));

    public override string ToString() => $"{Tenths / 10}.{Tenths % 10} revision {Revision}";
}
