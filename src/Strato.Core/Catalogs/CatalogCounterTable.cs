using System.Text;
using Strato.Core.Sqlite;

namespace Strato.Core.Catalogs;

/// <summary>Table <c>statistics</c>: counters by name.</summary>
internal static class CatalogCounterTable
{
    private const string Self = "self_";
    private const string Subtree = "subtree_";

    /// <summary>Reads all counters. Ones that the schema does not have yet are 0; others must be there.</summary>
    public static CatalogCounters Read(SqliteDatabase database, CatalogSchema schema)
    {
        if (schema.Tenths < 24)
        {
            return default;
        }

        using SqliteStatement select = database.Prepare("SELECT value FROM statistics WHERE counter = ?1"u8);
        return new CatalogCounters(ReadCounts(Self), ReadCounts(Subtree));

        CatalogCounts ReadCounts(string prefix)
        {
            Span<long> values = stackalloc long[CatalogCounts.Names.Count];
            for (int index = 0; index < values.Length; index++)
            {
                string name = prefix + CatalogCounts.Names[index];
                select.Reset();
                select.BindText(1, Encoding.ASCII.GetBytes(name));
                if (select.Step())
                {
                    values[index] = select.GetInt64(0);
                }
                else if (schema.HasAllCounters)
                {
                    throw new CatalogException($"catalog {database.Description} is corrupt: it lacks the counter {name}");
                }
            }

            return CatalogCounts.FromArray(values);
        }
    }

    /// <summary>Writes all counters, whether they were there or not.</summary>
    public static void Write(SqliteDatabase database, CatalogCounters counters)
    {
        using SqliteStatement replace = database.Prepare("INSERT OR REPLACE INTO statistics (counter, value) VALUES (?1, ?2)"u8);
        WriteCounts(Self, counters.Self.ToArray());
        WriteCounts(Subtree, counters.Subtree.ToArray());

        void WriteCounts(string prefix, long[] values)
        {
            for (int index = 0; index < values.Length; index++)
            {
                replace.BindText(1, Encoding.ASCII.GetBytes(prefix + CatalogCounts.Names[index]));
                replace.BindInt64(2, values[index]);
                replace.Run();
            }
        }
    }
}
