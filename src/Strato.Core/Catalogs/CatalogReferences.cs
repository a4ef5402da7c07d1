using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Core.Sqlite;

namespace Strato.Core.Catalogs;

/// <summary>Changes tables <c>nested_catalogs</c> and <c>bind_mountpoints</c>; <see cref="CatalogReferenceTable"/> reads them.</summary>
internal static class CatalogReferences
{
    /// <summary>The table of nested catalogs.</summary>
    public const string Nested = "nested_catalogs";

    /// <summary>The table of bind mount points.</summary>
    public const string Bind = "bind_mountpoints";

    public static void Add(SqliteDatabase database, string table, NestedCatalog reference)
    {
        using SqliteStatement insert = database.Prepare($"INSERT INTO {table} (path, sha1, size) VALUES (?1, ?2, ?3)");
        BindAndRun(insert, reference);
    }

    /// <summary>Replaces hash and size. Throws <see cref="CatalogException"/> where there is no reference at the path.</summary>
    public static void Update(SqliteDatabase database, string table, NestedCatalog reference)
    {
        using SqliteStatement update = database.Prepare($"UPDATE {table} SET sha1 = ?2, size = ?3 WHERE path = ?1");
        BindAndRun(update, reference);
        RequireOne(database, reference.Path);
    }

    /// <summary>Removes a reference. Throws <see cref="CatalogException"/> where there is none at the path.</summary>
    public static void Remove(SqliteDatabase database, string table, RepositoryPath path)
    {
        using SqliteStatement delete = database.Prepare($"DELETE FROM {table} WHERE path = ?1");
        delete.BindText(1, path.Bytes);
        delete.Run();
        RequireOne(database, path);
    }

    private static void BindAndRun(SqliteStatement statement, NestedCatalog reference)
    {
        Span<byte> text = stackalloc byte[ObjectHash.MaxTextLength];
        ObjectHash hash = reference.Hash;
        statement.BindText(1, reference.Path.Bytes);
        statement.BindText(2, hash.IsNull ? default : text[..hash.Format(text)]);
        statement.BindInt64(3, reference.Size);
        statement.Run();
    }

    private static void RequireOne(SqliteDatabase database, RepositoryPath path)
    {
        if (database.Changes != 1)
        {
            throw new CatalogException($"catalog {database.Description} does not refer to a catalog at {path}");
        }
    }
}
