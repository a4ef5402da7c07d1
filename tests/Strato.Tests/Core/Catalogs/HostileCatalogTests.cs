using System.Text;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Core.Sqlite;
using Strato.Testing;
using Strato.Testing.Golden;

namespace Strato.Tests.Core.Catalogs;

/// <summary>Catalogs that no publisher writes: each is refused with one line, or read as far as it is sound.</summary>
public sealed class HostileCatalogTests : IDisposable
{
    private static readonly RepositoryPath Directory = RepositoryPath.Root.Append("d"u8);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("name = 'a/b'", "its name is not valid")]
    [InlineData("name = '..'", "its name is not valid")]
    [InlineData("name = '.'", "its name is not valid")]
    [InlineData("name = ''", "its name is not valid")]
    [InlineData("name = NULL", "its name is not valid")]
    [InlineData("name = CAST(x'610062' AS TEXT)", "its name is not valid")]
    [InlineData("name = replace(hex(zeroblob(150)), '00', 'ab')", "its name is not valid")]
    [InlineData("size = -1", "its size is negative")]
    [InlineData("mode = 420", "its mode has no file type")]
    [InlineData("mode = 'drwx'", "its mode has no file type")]
    [InlineData("mode = NULL", "its mode has no file type")]
    [InlineData("uid = -1", "its owner is out of range")]
    [InlineData("gid = 4294967296", "its owner is out of range")]
    [InlineData("mtimens = 1000000000", "its nanoseconds are out of range")]
    [InlineData("mtimens = -2", "its nanoseconds are out of range")]
    [InlineData("mode = 41471, symlink = replace(hex(zeroblob(3000)), '00', 'ab')", "its link target is too long")]
    [InlineData("flags = 4 | (7 << 8)", "its hash or compression algorithm is unknown")]
    [InlineData("flags = 4 | (2 << 11)", "its hash or compression algorithm is unknown")]
    [InlineData("hash = x'00'", "its hash has a wrong length")]
    [InlineData("hash = zeroblob(1000000)", "its hash has a wrong length")]
    [InlineData("hash = 'text'", "its hash has a wrong length")]
    public void A_row_that_is_no_entry_is_refused(string assignment, string defect)
    {
        Make($"UPDATE catalog SET {assignment} WHERE name = 'f'");
        using CatalogReader reader = CatalogReader.Open(folder["catalog"]);
        PathKey key = Directory.Append("f"u8).Key;
        foreach (Action read in (Action[])
        [
            () => reader.TryLookup(key, out _),
            () => reader.List(Directory.Key),
            () => Count(reader.EnumerateAll()),
        ])
        {
            CatalogException error = Assert.Throws<CatalogException>(read);
            Assert.StartsWith($"catalog {folder["catalog"]} is corrupt: entry ", error.Message, StringComparison.Ordinal);
            Assert.EndsWith(defect, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }

        // Its siblings can still be looked up.
        Assert.True(reader.TryLookup(Directory.Append("g"u8).Key, out _));
    }

    [Fact]
    public void Numbers_stored_as_text_and_numbers_that_wrap_are_read_as_what_they_are()
    {
        Make("UPDATE catalog SET size = '12', mtime = -5, hardlinks = -1 WHERE name = 'f'");
        using CatalogReader reader = CatalogReader.Open(folder["catalog"]);
        Assert.True(reader.TryLookup(Directory.Append("f"u8).Key, out CatalogEntry? entry));
        Assert.Equal(12, entry.Size);
        Assert.Equal(-5, entry.Mtime);
        Assert.Equal(uint.MaxValue, entry.Linkcount);
        Assert.Equal(uint.MaxValue, entry.HardlinkGroup);
    }

    [Fact]
    public void Extended_attributes_that_cannot_be_read_are_refused_where_they_are_asked_for()
    {
        Make("UPDATE catalog SET xattr = x'01ff' WHERE name = 'f'");
        using CatalogReader reader = CatalogReader.Open(folder["catalog"]);
        PathKey key = Directory.Append("f"u8).Key;
        Assert.True(reader.TryFind(key, out CatalogRow row));
        Assert.True(row.HasXattrs);
        CatalogException error = Assert.Throws<CatalogException>(() => reader.TryLookup(key, out _));
        Assert.EndsWith("the extended attributes of f (row 3) cannot be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_lists_itself_ends()
    {
        Make("UPDATE catalog SET parent_1 = md5path_1, parent_2 = md5path_2 WHERE name = 'd'");
        using CatalogReader reader = CatalogReader.Open(folder["catalog"]);
        Assert.Equal(["d", "f", "g"], reader.List(Directory.Key).Select(entry => BytesText.Escape(entry.Name)));
    }

    [Fact]
    public void A_catalog_that_refers_to_itself_is_not_followed()
    {
        Make($"INSERT INTO properties VALUES ('root_prefix', '/d'); INSERT INTO nested_catalogs VALUES ('/d', '{new string('0', 39)}1', 1)");
        using CatalogReader reader = CatalogReader.Open(folder["catalog"]);
        Assert.Null(reader.FindNestedAbove(Directory));
        Assert.Null(reader.FindNestedAbove(Directory.Append("f"u8)));
        Assert.Null(reader.FindNestedAbove(RepositoryPath.Root));
    }

    [Fact]
    public void Rows_without_the_unique_key_are_listed_as_they_stand()
    {
        Make(
            "CREATE TABLE loose AS SELECT * FROM catalog; INSERT INTO loose SELECT * FROM catalog; DROP TABLE catalog; "
            + "ALTER TABLE loose RENAME TO catalog");
        using CatalogReader reader = CatalogReader.Open(folder["catalog"]);
        Assert.True(reader.TryLookup(Directory.Append("f"u8).Key, out _));
        Assert.Equal(4, reader.List(Directory.Key).Count);
    }

    [Theory]
    [InlineData("DROP TABLE catalog", "no such table: catalog")]
    [InlineData("DROP TABLE nested_catalogs", "no such table: nested_catalogs")]
    [InlineData("DROP TABLE bind_mountpoints", "no such table: bind_mountpoints")]
    [InlineData("DROP TABLE properties", "no such table: properties")]
    [InlineData("ALTER TABLE catalog RENAME COLUMN mtimens TO other", "no such column: mtimens")]
    public void A_table_or_column_that_is_missing_is_named(string script, string reason)
    {
        Make(script);
        CatalogException error = Assert.Throws<CatalogException>(() => CatalogReader.Open(folder["catalog"]));
        Assert.StartsWith($"{folder["catalog"]} is no catalog or lacks what its schema has", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_view_in_the_place_of_the_table_does_not_run()
    {
        Make(
            "ALTER TABLE catalog RENAME TO real; CREATE VIEW catalog AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) "
            + "SELECT real.* FROM real, n");
        Assert.Equal(SqliteErrorKind.Corrupt, Assert.Throws<SqliteException>(() => CatalogReader.Open(folder["catalog"])).Kind);
    }

    [Theory]
    [InlineData("2.6")]
    [InlineData("9")]
    public void A_newer_schema_asks_for_an_update(string version)
    {
        Make($"UPDATE properties SET value = '{version}' WHERE key = 'schema'");
        CatalogException error = Assert.Throws<CatalogException>(() => CatalogReader.Open(folder["catalog"]));
        Assert.EndsWith("which is newer than this program: update it", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("schema", "x")]
    [InlineData("schema", "-2.5")]
    [InlineData("schema", "2.45")]
    [InlineData("schema", "NaN")]
    [InlineData("schema_revision", "x")]
    [InlineData("revision", "many")]
    [InlineData("TTL", "1e3")]
    [InlineData("previous_revision", "zz")]
    [InlineData("root_prefix", "a/b")]
    [InlineData("root_prefix", "/a/../b")]
    public void A_property_that_is_none_is_named(string key, string value)
    {
        Make($"INSERT OR REPLACE INTO properties (key, value) VALUES ('{key}', '{value}')");
        string message = Assert.Throws<CatalogException>(() => CatalogReader.Open(folder["catalog"])).Message;
        Assert.Equal($"catalog {folder["catalog"]} is corrupt: its property {key} is not valid", message);
    }

    [Theory]
    [InlineData("'', '0123456789012345678901234567890123456789', 1")]
    [InlineData("'/a/../b', '0123456789012345678901234567890123456789', 1")]
    [InlineData("'/n', 'xx', 1")]
    [InlineData("'/n', '0123456789012345678901234567890123456789', -1")]
    public void A_reference_that_is_none_is_refused(string values)
    {
        Make($"INSERT INTO nested_catalogs (path, sha1, size) VALUES ({values})");
        using CatalogReader reader = CatalogReader.Open(folder["catalog"]);
        Assert.Contains("is corrupt", Assert.Throws<CatalogException>(() => reader.NestedCatalogs).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1, 5, zeroblob(20)")]
    [InlineData("0, -5, zeroblob(20)")]
    [InlineData("9223372036854775807, 1, zeroblob(20)")]
    [InlineData("0, 5, zeroblob(19)")]
    [InlineData("0, 5, NULL")]
    public void A_chunk_that_is_none_is_refused(string values)
    {
        Make($"INSERT INTO chunks SELECT md5path_1, md5path_2, {values} FROM catalog WHERE name = 'f'");
        using CatalogReader reader = CatalogReader.Open(folder["catalog"]);
        Assert.Throws<CatalogException>(() => reader.Chunks(Directory.Append("f"u8).Key, HashAlgorithm.Sha1));
    }

    [Fact]
    public void A_missing_counter_is_named()
    {
        Make("DELETE FROM statistics WHERE counter = 'subtree_chunks'");
        using CatalogReader reader = CatalogReader.Open(folder["catalog"]);
        Assert.EndsWith("it lacks the counter subtree_chunks", Assert.Throws<CatalogException>(() => reader.Counters).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_torn_or_altered_catalog_gives_rows_or_one_clear_line()
    {
        byte[] image = GoldenCatalog.All.OrderByDescending(golden => new FileInfo(golden.File).Length).First().Read();
        Random random = new(1);
        int refused = 0;
        for (int round = 0; round < 300; round++)
        {
            byte[] altered = image.AsSpan(0, round % 3 == 0 ? random.Next(image.Length) : image.Length).ToArray();
            for (int change = random.Next(20); change >= 0 && altered.Length > 0; change--)
            {
                altered[random.Next(altered.Length)] = (byte)random.Next(256);
            }

            try
            {
                using CatalogReader reader = CatalogReader.OpenImage(altered, "an altered catalog");
                Count(reader.EnumerateAll());
                _ = reader.Counters;
                _ = reader.NestedCatalogs;
            }
            catch (StratoException error)
            {
                refused++;
                Assert.DoesNotContain('\n', error.Message);
            }
        }

        Assert.InRange(refused, 100, 300);
    }

    private static void Count(CatalogRows rows)
    {
        long length = 0;
        foreach (CatalogRow row in rows)
        {
            length += row.Name.Length;
        }

        Assert.InRange(length, 0, int.MaxValue);
    }

    private void Make(string script)
    {
        CatalogEntry root = new() { Name = [], Mode = 0x41ed, Size = CatalogEntry.DirectorySize, Linkcount = 3 };
        using (CatalogWriter writer = CatalogWriter.Create(Encoding.UTF8.GetBytes(folder["catalog"]), RepositoryPath.Root, root, 0))
        {
            writer.Insert(Directory.Key, RepositoryPath.Root.Key, root with { Name = "d"u8.ToArray(), Linkcount = 2 });
            foreach (byte name in "fg"u8)
            {
                ObjectHash hash = new(HashAlgorithm.Sha1, "01234567890123456789"u8);
                CatalogEntry file = new() { Name = [name], Mode = 0x81a4, Size = 5, Hash = hash };
                writer.Insert(Directory.Append([name]).Key, Directory.Key, file);
            }

            writer.Seal();
        }

        ForeignDatabase.Make(folder["catalog"], script);
    }
}
