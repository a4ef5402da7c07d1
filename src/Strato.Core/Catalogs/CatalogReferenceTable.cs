using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Core.Sqlite;

namespace Strato.Core.Catalogs;

/// <summary>Tables <c>nested_catalogs</c> and <c>bind_mountpoints</c>: paths, hashes and sizes of other catalogs.</summary>
internal sealed class CatalogReferenceTable : IDisposable
{
    private readonly SqliteDatabase database;
    private readonly SqliteStatement list;
    private readonly SqliteStatement find;

    public CatalogReferenceTable(SqliteDatabase database, string table, bool hasSizes)
    {
        this.database = database;
        string select = $"SELECT path, sha1, {(hasSizes ? "size" : "0")} FROM {table}";
        list = database.Prepare($"{select} ORDER BY path");
        find = database.Prepare($"{select} WHERE path = ?1");
    }

    public void Dispose()
    {
        list.Dispose();
        find.Dispose();
    }

    /// <summary>All references in byte order of their paths.</summary>
    public IReadOnlyList<NestedCatalog> List()
    {
        List<NestedCatalog> found = [];
        list.Reset();
        while (list.Step())
        {
            found.Add(Read(list));
        }

        return found;
    }

    /// <summary>The reference at a path, null if there is none.</summary>
    public NestedCatalog? Find(ReadOnlySpan<byte> path)
    {
        find.Reset();
        find.BindText(1, path);
        return find.Step() ? Read(find) : null;
    }

    /// <summary>Whether there is a reference at a path, and which catalog it is, without allocating.</summary>
    public bool TryFind(ReadOnlySpan<byte> path, out ObjectHash hash, out long size)
    {
        find.Reset();
        find.BindText(1, path);
        if (find.Step())
        {
            hash = ReadHash(find);
            size = find.GetInt64(2);
            return true;
        }

        hash = default;
        size = 0;
        return false;
    }

    private NestedCatalog Read(SqliteStatement row)
    {
        if (!RepositoryPath.TryParse(row.GetText(0), out RepositoryPath path) || path.IsRoot)
        {
            throw new CatalogException(
                $"catalog {database.Description} is corrupt: it refers to a catalog at {BytesText.Escape(row.GetText(0))}, which is no path");
        }

        return new NestedCatalog(path, ReadHash(row), row.GetInt64(2));
    }

    private ObjectHash ReadHash(SqliteStatement row)
    {
        ReadOnlySpan<byte> text = row.GetText(1);
        if (text.IsEmpty)
        {
            return default;
        }

        if (!ObjectHash.TryParse(text, out ObjectHash hash) || row.GetInt64(2) < 0)
        {
            throw new CatalogException(
                $"catalog {database.Description} is corrupt: its reference to the catalog at {BytesText.Escape(row.GetText(0))} is not valid");
        }

        return hash;
    }
}
