using System.Text;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Core.Sqlite;
using Strato.Testing;
using Strato.Testing.Golden;

namespace Strato.Tests.Core.Catalogs;

/// <summary>Writes golden catalogs anew, entry by entry, and compares what the genuine tools stored value by value.</summary>
public sealed class CatalogRewriteTests
{
    public static TheoryData<GoldenCatalog> Catalogs => [.. GoldenCatalog.All];

    [Theory]
    [MemberData(nameof(Catalogs))]
    public void A_catalog_written_anew_has_the_same_rows(GoldenCatalog golden)
    {
        using TemporaryFolder folder = new();
        string original = folder["original"];
        File.WriteAllBytes(original, golden.Read());
        string rewritten = folder["rewritten"];
        Rewrite(original, rewritten);

        Assert.Equal(Dump(original), Dump(rewritten));
    }

    [Fact]
    public void The_schema_is_the_genuine_one()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["original"], GoldenCatalog.All.First().Read());
        CatalogEntry root = new() { Name = [], Mode = 0x41ed, Size = CatalogEntry.DirectorySize, Linkcount = 2 };
        using (CatalogWriter writer = CatalogWriter.Create(Encoding.UTF8.GetBytes(folder["made"]), RepositoryPath.Root, root, 1_700_000_000))
        {
            writer.Seal();
        }

        Assert.Equal(Schema(folder["original"]), Schema(folder["made"]));
        Assert.Equal([0x04, 0x00], File.ReadAllBytes(folder["made"])[16..18]);
        Assert.Equal(["made", "original"], Directory.GetFiles(folder.Path).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
    }

    private static void Rewrite(string original, string rewritten)
    {
        using CatalogReader reader = CatalogReader.Open(original);
        CatalogProperties properties = reader.Properties;
        Assert.True(reader.TryLookup(properties.RootPrefix.Key, out CatalogEntry? root));
        using CatalogWriter writer = CatalogWriter.Create(
            Encoding.UTF8.GetBytes(rewritten), properties.RootPrefix, root, properties.LastModified, properties.IsVolatile, properties.VomsAuthz);
        foreach (CatalogRow row in reader.EnumerateAll())
        {
            if (row.Key != properties.RootPrefix.Key)
            {
                writer.Insert(row.Key, row.Parent, reader.ToEntry(row));
            }

            foreach (FileChunk chunk in reader.EnumerateChunks(row.Key, row.Hash.Algorithm))
            {
                writer.AddChunk(row.Key, chunk);
            }
        }

        CatalogCounts below = reader.Counters.Subtree;
        foreach (NestedCatalog nested in reader.NestedCatalogs)
        {
            writer.AddNested(nested, below);
            below = default;
        }

        foreach (NestedCatalog bound in reader.BindMountPoints)
        {
            writer.AddBindMountPoint(bound);
        }

        writer.SetRevision(properties.Revision);
        if (!properties.PreviousRevision.IsNull || reader.TryGetProperty("previous_revision", out _))
        {
            writer.SetPreviousRevision(properties.PreviousRevision);
        }

        if (properties.Ttl is { } ttl)
        {
            writer.SetTtl(ttl);
        }

        writer.Seal();
    }

    private static List<string> Schema(string file)
    {
        using SqliteDatabase database = SqliteDatabase.OpenImmutable(file);
        using SqliteStatement statement = database.Prepare("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name");
        List<string> found = [];
        while (statement.Step())
        {
            string sql = Encoding.UTF8.GetString(statement.GetText(3));
            string words = string.Join(' ', sql.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)).Replace("( ", "(", StringComparison.Ordinal);
            found.Add($"{Encoding.UTF8.GetString(statement.GetText(0))} {Encoding.UTF8.GetString(statement.GetText(1))}: {words}");
        }

        return found;
    }

    private static List<string> Dump(string file)
    {
        using SqliteDatabase database = SqliteDatabase.OpenImmutable(file);
        List<string> lines = [];
        foreach (string query in (string[])
        [
            "SELECT md5path_1, md5path_2, parent_1, parent_2, hardlinks, hash, size, mode, mtime, mtimens, flags, name, symlink, uid, gid, xattr "
            + "FROM catalog ORDER BY md5path_1, md5path_2",
            "SELECT * FROM chunks ORDER BY md5path_1, md5path_2, offset",
            "SELECT * FROM nested_catalogs ORDER BY path",
            "SELECT * FROM bind_mountpoints ORDER BY path",
            "SELECT * FROM statistics ORDER BY counter",
            "SELECT * FROM properties ORDER BY key",
        ])
        {
            using SqliteStatement statement = database.Prepare(query);
            lines.Add(query);
            while (statement.Step())
            {
                int columns = query.StartsWith("SELECT md5", StringComparison.Ordinal) ? 16 : query.Contains("chunks", StringComparison.Ordinal) ? 5
                    : query.Contains("path", StringComparison.Ordinal) ? 3 : 2;
                lines.Add(string.Join('|', Enumerable.Range(0, columns).Select(column =>
                    $"{statement.GetColumnType(column)} {Convert.ToHexString(statement.GetBlob(column))}")));
            }
        }

        return lines;
    }
}
