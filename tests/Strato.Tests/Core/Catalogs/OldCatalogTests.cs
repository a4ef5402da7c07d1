using System.Globalization;
using System.Text;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Testing;

namespace Strato.Tests.Core.Catalogs;

/// <summary>Catalogs of every schema that a repository may still hold; columns and tables came one by one.</summary>
public sealed class OldCatalogTests : IDisposable
{
    private const string HashText = "3031323334353637383930313233343536373839";
    private static readonly RepositoryPath File = RepositoryPath.Root.Append("f"u8);
    private static readonly RepositoryPath Nested = RepositoryPath.Root.Append("n"u8);

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, int> Schemas => new()
    {
        { "1.0", 0 }, { "2.0", 0 }, { "2.40000009536743", 0 }, { "2.5", 0 }, { "2.5", 1 }, { "2.5", 2 }, { "2.5", 3 }, { "2.5", 4 }, { "2.5", 5 }, { "2.5", 6 },
        { "2.5", 7 },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Every_schema_is_read(string version, int revision)
    {
        Make(version, revision);
        using CatalogReader reader = CatalogReader.Open(folder["c"]);
        int tenths = (int)Math.Round(double.Parse(version, CultureInfo.InvariantCulture) * 10);
        Assert.Equal(new CatalogSchema(tenths, revision), reader.Properties.Schema);
        bool hasOwners = tenths >= 21;
        bool isLatest = tenths == 25;

        Assert.True(reader.TryLookup(File.Key, out CatalogEntry? entry));
        Assert.Equal(hasOwners ? 1000u : 0, entry.Uid);
        Assert.Equal(hasOwners ? 2u : 1, entry.Linkcount);
        Assert.Equal(hasOwners ? 7u : 0, entry.HardlinkGroup);
        Assert.Equal(new ObjectHash(HashAlgorithm.Sha1, Convert.FromHexString(HashText)), entry.Hash);
        Assert.Equal(isLatest && revision >= 2 ? 1 : 0, entry.Xattrs.Count);
        Assert.Equal(isLatest && revision >= 7 ? 5 : CatalogEntry.NoNanoseconds, entry.MtimeNanoseconds);
        Assert.Equal(hasOwners, entry.IsChunked);
        Assert.Equal(hasOwners ? 1 : 0, reader.Chunks(File.Key, HashAlgorithm.Sha1).Count);
        Assert.Equal([new NestedCatalog(Nested, entry.Hash, isLatest && revision >= 1 ? 42 : 0)], reader.NestedCatalogs);
        Assert.Equal(isLatest && revision >= 4 ? 1 : 0, reader.BindMountPoints.Count);
        Assert.Equal(tenths >= 24 ? 3 : 0, reader.Counters.Self.RegularFiles);
        Assert.Equal(isLatest && revision >= 5 ? 4 : 0, reader.Counters.Self.SpecialFiles);
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Only_revisions_of_the_latest_schema_are_changed_and_then_brought_up_to_date(string version, int revision)
    {
        Make(version, revision);
        if (version != "2.5")
        {
            CatalogException error = Assert.Throws<CatalogException>(() => CatalogWriter.Open(Encoding.UTF8.GetBytes(folder["c"])));
            Assert.StartsWith($"cannot change catalog {folder["c"]}: it has schema ", error.Message, StringComparison.Ordinal);
            return;
        }

        using (CatalogWriter writer = CatalogWriter.Open(Encoding.UTF8.GetBytes(folder["c"])))
        {
            Assert.True(writer.Content.TryLookup(File.Key, out CatalogEntry? entry));
            writer.Update(File.Key, entry with { MtimeNanoseconds = 9, Xattrs = ExtendedAttributes.Empty });
            writer.AddBindMountPoint(new NestedCatalog(File, entry.Hash, 1));
            writer.Seal();
        }

        using CatalogReader reader = CatalogReader.Open(folder["c"]);
        Assert.Equal(CatalogSchema.Latest, reader.Properties.Schema);
        Assert.True(reader.TryLookup(File.Key, out CatalogEntry? changed));
        Assert.Equal(9, changed.MtimeNanoseconds);
        Assert.Equal(3, reader.Counters.Self.RegularFiles);
    }

    private void Make(string version, int revision)
    {
        bool isLatest = version == "2.5";
        bool hasOwners = version is not ("1.0" or "2.0");
        StringBuilder script = new("CREATE TABLE properties (key TEXT, value TEXT, CONSTRAINT pk_properties PRIMARY KEY (key));");
        if (version != "1.0")
        {
            script.Append(CultureInfo.InvariantCulture, $"INSERT INTO properties VALUES ('schema', '{version}');");
        }

        if (revision > 0)
        {
            script.Append(CultureInfo.InvariantCulture, $"INSERT INTO properties VALUES ('schema_revision', '{revision}');");
        }

        List<(string Column, string Value)> columns =
        [
            ("md5path_1", Number(File.Key.First)), ("md5path_2", Number(File.Key.Second)), ("parent_1", "1"), ("parent_2", "2"),
            (hasOwners ? "hardlinks" : "inode", Number((7L << 32) | 2)), ("hash", $"x'{HashText}'"), ("size", "5"), ("mode", "33188"), ("mtime", "1"),
            ("flags", "68"), ("name", "'f'"), ("symlink", "''"),
        ];
        if (hasOwners)
        {
            columns.AddRange([("uid", "1000"), ("gid", "1000")]);
            script.Append("CREATE TABLE chunks (md5path_1 INTEGER, md5path_2 INTEGER, offset INTEGER, size INTEGER, hash BLOB);");
            script.Append(CultureInfo.InvariantCulture, $"INSERT INTO chunks VALUES ({File.Key.First}, {File.Key.Second}, 0, 5, x'{HashText}');");
            script.Append("CREATE TABLE statistics (counter TEXT, value INTEGER, CONSTRAINT pk_statistics PRIMARY KEY (counter));");
            script.Append("INSERT INTO statistics VALUES ('self_regular', 3);");
        }

        if (isLatest && revision >= 2)
        {
            columns.Add(("xattr", "x'010101016162'"));
        }

        if (isLatest && revision >= 5)
        {
            foreach (string name in CatalogCounts.Names)
            {
                script.Append(CultureInfo.InvariantCulture, $"INSERT OR IGNORE INTO statistics VALUES ('self_{name}', 4), ('subtree_{name}', 0);");
            }
        }

        if (isLatest && revision >= 7)
        {
            columns.Add(("mtimens", "5"));
        }

        script.Append(CultureInfo.InvariantCulture, $"CREATE TABLE catalog ({string.Join(", ", columns.Select(column => column.Column))}, PRIMARY KEY (md5path_1, md5path_2));");
        script.Append(CultureInfo.InvariantCulture, $"INSERT INTO catalog VALUES ({string.Join(", ", columns.Select(column => column.Value))});");
        bool hasSizes = isLatest && revision >= 1;
        script.Append(CultureInfo.InvariantCulture, $"CREATE TABLE nested_catalogs (path TEXT, sha1 TEXT{(hasSizes ? ", size INTEGER" : string.Empty)});");
        script.Append(CultureInfo.InvariantCulture, $"INSERT INTO nested_catalogs VALUES ('/n', '{HashText}'{(hasSizes ? ", 42" : string.Empty)});");
        if (isLatest && revision >= 4)
        {
            script.Append("CREATE TABLE bind_mountpoints (path TEXT, sha1 TEXT, size INTEGER, CONSTRAINT pk_bind_mountpoints PRIMARY KEY (path));");
            script.Append(CultureInfo.InvariantCulture, $"INSERT INTO bind_mountpoints VALUES ('/b', '{HashText}', 1);");
        }

        ForeignDatabase.Make(folder["c"], script.ToString());
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
