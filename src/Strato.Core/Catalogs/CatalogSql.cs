namespace Strato.Core.Catalogs;

/// <summary>The statements over table <c>catalog</c> and the places of its columns in them, the same for every schema.</summary>
internal static class CatalogSql
{
    public const int Hash = 0;
    public const int Hardlinks = 1;
    public const int Size = 2;
    public const int Mode = 3;
    public const int Mtime = 4;
    public const int Flags = 5;
    public const int Name = 6;
    public const int Symlink = 7;
    public const int PathFirst = 8;
    public const int PathSecond = 9;
    public const int ParentFirst = 10;
    public const int ParentSecond = 11;
    public const int RowId = 12;
    public const int Uid = 13;
    public const int Gid = 14;
    public const int Xattr = 15;
    public const int MtimeNanoseconds = 16;

    /// <summary>The first clause of a SELECT of rows; columns that a schema lacks are replaced by what their absence means.</summary>
    public static string Select(CatalogSchema schema)
    {
        // Before 2.1 the flags beyond the five of directories, files, links and nested catalogs had no meaning.
        const string common = "md5path_1, md5path_2, parent_1, parent_2, rowid";
        if (!schema.HasOwners)
        {
            return $"SELECT hash, 1, size, mode, mtime, flags & 47, name, symlink, {common}, 0, 0, NULL, NULL FROM catalog";
        }

        string xattr = schema.HasXattrs ? "xattr" : "NULL";
        string nanoseconds = schema.HasNanoseconds ? "mtimens" : "NULL";
        return $"SELECT hash, hardlinks, size, mode, mtime, flags, name, symlink, {common}, uid, gid, {xattr}, {nanoseconds} FROM catalog";
    }

    public static string Lookup(CatalogSchema schema) => $"{Select(schema)} WHERE md5path_1 = ?1 AND md5path_2 = ?2";

    /// <summary>The index on the parent's key ends in the row's number, so that neither the order nor a later start costs anything.</summary>
    public static string List(CatalogSchema schema) => $"{Select(schema)} WHERE parent_1 = ?1 AND parent_2 = ?2 AND rowid > ?3 ORDER BY rowid";

    /// <summary>
    /// A directory's rows in the byte order of their names. SQLite sorts them, in a temporary file where they are many.
    /// </summary>
    public static string ListByName(CatalogSchema schema) => $"{Select(schema)} WHERE parent_1 = ?1 AND parent_2 = ?2 ORDER BY name";

    public static string All(CatalogSchema schema) => $"{Select(schema)} WHERE rowid > ?1 ORDER BY rowid";

    /// <summary>The chunks of files that are not external, with the row of their file: hash, flags, size, row.</summary>
    public const string ChunkObjects =
        "SELECT chunks.hash, catalog.flags, chunks.size, catalog.rowid FROM chunks CROSS JOIN catalog "
        + "ON catalog.md5path_1 = chunks.md5path_1 AND catalog.md5path_2 = chunks.md5path_2 WHERE catalog.flags & 128 = 0";

    /// <summary>The whole files that are not external: hash, flags, size, row.</summary>
    public static string FileObjects(CatalogSchema schema)
    {
        // Before 2.1 the higher flags had no meaning.
        string flags = schema.HasOwners ? "flags" : "flags & 47";
        return $"SELECT hash, {flags}, size, rowid FROM catalog WHERE length(hash) > 0 AND {flags} & 128 = 0";
    }
}
