using Strato.Core.Catalogs;
using Strato.Core.Paths;

namespace Strato.Publishing.Differences;

/// <summary>Stands on one row after the other of a directory, in the byte order of names; on none where there is no catalog.</summary>
internal ref struct DirectoryCursor
{
    private readonly CatalogReader? catalog;
    private readonly RepositoryPath path;
    private readonly CatalogRows rows;
    private byte[]? last;

    public DirectoryCursor(CatalogReader? catalog, RepositoryPath path)
    {
        this.catalog = catalog;
        this.path = path;
        rows = catalog is null ? default : catalog.EnumerateDirectoryByName(path.Key);
    }

    /// <summary>True while there is a row.</summary>
    public bool HasRow { get; private set; }

    /// <summary>The row.</summary>
    public readonly CatalogRow Row => rows.Current;

    /// <summary>Its name.</summary>
    public readonly ReadOnlySpan<byte> Name => last;

    /// <summary>Goes on.</summary>
    /// <exception cref="CatalogException">A name comes twice, or names are not sorted as bytes: the catalog is damaged.</exception>
    public void MoveNext()
    {
        HasRow = catalog is not null && rows.MoveNext();
        if (!HasRow)
        {
            return;
        }

        ReadOnlySpan<byte> name = rows.Current.Name;
        if (name.IsEmpty || (last is not null && name.SequenceCompareTo(last) <= 0))
        {
            throw new CatalogException($"catalog {catalog!.Description} is corrupt: {path} lists {BytesText.Escape(name)} twice or out of order");
        }

        last = name.ToArray();
    }
}
