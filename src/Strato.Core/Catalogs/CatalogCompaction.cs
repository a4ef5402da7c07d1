using Strato.Core.Sqlite;

namespace Strato.Core.Catalogs;

/// <summary>
/// Gives a catalog back what many changes have wasted, under the genuine publisher's rules: more than a fifth of its pages are
/// free, or more than a quarter of its row numbers are unused. The genuine client makes inodes of row numbers.
/// </summary>
internal static class CatalogCompaction
{
    private const double MaxFreePages = 0.20;
    private const double MaxUnusedRowIds = 0.25;

    /// <summary>Compacts the database where it is worth it. There must be no transaction and no statement under way.</summary>
    public static void CompactIfWorthwhile(SqliteDatabase database)
    {
        if (FreePages(database) <= MaxFreePages && UnusedRowIds(database) <= MaxUnusedRowIds)
        {
            return;
        }

        // VACUUM keeps the numbers of rows, so they are made anew before.
        using (SqliteTransaction transaction = database.BeginTransaction())
        {
            database.Execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM catalog ORDER BY rowid"u8);
            database.Execute("DELETE FROM catalog"u8);
            database.Execute("INSERT INTO catalog SELECT * FROM kept ORDER BY rowid"u8);
            database.Execute("DROP TABLE kept"u8);
            transaction.Commit();
        }

        database.Execute("VACUUM"u8);
    }

    private static double FreePages(SqliteDatabase database)
    {
        double pages = database.QueryInt64("PRAGMA page_count"u8) ?? 0;
        return pages == 0 ? 0 : (database.QueryInt64("PRAGMA freelist_count"u8) ?? 0) / pages;
    }

    private static double UnusedRowIds(SqliteDatabase database)
    {
        double last = database.QueryInt64("SELECT max(rowid) FROM catalog"u8) ?? 0;
        return last <= 0 ? 0 : 1 - ((database.QueryInt64("SELECT count(*) FROM catalog"u8) ?? 0) / last);
    }
}
