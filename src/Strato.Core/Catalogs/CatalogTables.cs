using Strato.Core.Sqlite;

namespace Strato.Core.Catalogs;

/// <summary>Makes the tables of an empty catalog, and those that an older revision of schema 2.5 lacks.</summary>
internal static class CatalogTables
{
    private const string BindMountPoints =
        "CREATE TABLE bind_mountpoints (path TEXT, sha1 TEXT, size INTEGER, CONSTRAINT pk_bind_mountpoints PRIMARY KEY (path))";

    /// <summary>Makes the tables and indexes of the latest schema and notes which one it is.</summary>
    public static void Create(SqliteDatabase database)
    {
        database.Execute("CREATE TABLE properties (key TEXT, value TEXT, CONSTRAINT pk_properties PRIMARY KEY (key))");
        database.Execute(
            "CREATE TABLE catalog (md5path_1 INTEGER, md5path_2 INTEGER, parent_1 INTEGER, parent_2 INTEGER, hardlinks INTEGER, hash BLOB, "
            + "size INTEGER, mode INTEGER, mtime INTEGER, mtimens INTEGER, flags INTEGER, name TEXT, symlink TEXT, uid INTEGER, gid INTEGER, "
            + "xattr BLOB, CONSTRAINT pk_catalog PRIMARY KEY (md5path_1, md5path_2))");
        database.Execute("CREATE INDEX idx_catalog_parent ON catalog (parent_1, parent_2)");
        database.Execute(
            "CREATE TABLE chunks (md5path_1 INTEGER, md5path_2 INTEGER, offset INTEGER, size INTEGER, hash BLOB, "
            + "CONSTRAINT pk_chunks PRIMARY KEY (md5path_1, md5path_2, offset, size), "
            + "FOREIGN KEY (md5path_1, md5path_2) REFERENCES catalog(md5path_1, md5path_2))");
        database.Execute("CREATE TABLE nested_catalogs (path TEXT, sha1 TEXT, size INTEGER, CONSTRAINT pk_nested_catalogs PRIMARY KEY (path))");
        database.Execute(BindMountPoints);
        database.Execute("CREATE TABLE statistics (counter TEXT, value INTEGER, CONSTRAINT pk_statistics PRIMARY KEY (counter))");
        StoreSchema(database, CatalogSchema.Latest);
    }

    /// <summary>
    /// Adds what revisions after <paramref name="schema"/> have. Counters that are missing are added when the counters are written.
    /// </summary>
    public static void Upgrade(SqliteDatabase database, CatalogSchema schema)
    {
        if (schema.Tenths != CatalogSchema.Latest.Tenths || schema.Revision > CatalogSchema.Latest.Revision)
        {
            throw new CatalogException(
                $"cannot change catalog {database.Description}: it has schema {schema}, and only {CatalogSchema.Latest} and older revisions of it can be written");
        }

        if (!schema.HasNestedSizes)
        {
            database.Execute("ALTER TABLE nested_catalogs ADD size INTEGER");
        }

        if (!schema.HasXattrs)
        {
            database.Execute("ALTER TABLE catalog ADD xattr BLOB");
        }

        if (!schema.HasBindMountPoints)
        {
            database.Execute(BindMountPoints);
        }

        if (!schema.HasNanoseconds)
        {
            database.Execute("ALTER TABLE catalog ADD mtimens INTEGER");
        }

        StoreSchema(database, CatalogSchema.Latest);
    }

    private static void StoreSchema(SqliteDatabase database, CatalogSchema schema)
    {
        database.Execute($"INSERT OR REPLACE INTO properties (key, value) VALUES ('schema', '{schema.Tenths / 10}.{schema.Tenths % 10}')");
        database.Execute($"INSERT OR REPLACE INTO properties (key, value) VALUES ('schema_revision', '{schema.Revision}')");
    }
}
