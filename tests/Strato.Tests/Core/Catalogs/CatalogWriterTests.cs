using System.Text;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Core.Sqlite;
using Strato.Testing;
using static Strato.Tests.Core.Catalogs.CatalogSample;

namespace Strato.Tests.Core.Catalogs;

public sealed class CatalogWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_new_catalog_holds_its_root_and_zero_counters()
    {
        using (CatalogWriter writer = Create("c"))
        {
            writer.SetTtl(900);
            writer.SetRevision(7);
            writer.SetPreviousRevision(Hash);
            writer.SetBranch("side");
            writer.Seal();
        }

        using CatalogReader reader = Open("c");
        Assert.Equal(1, reader.RowCount);
        Assert.True(reader.TryLookup(RepositoryPath.Root.Key, out CatalogEntry? root));
        Assert.Equal(Root, root);
        Assert.True(reader.TryFind(RepositoryPath.Root.Key, out CatalogRow row));
        Assert.Equal(default, row.Parent);
        Assert.Equal(new CatalogCounters(default(CatalogCounts) with { Directories = 1 }, default), reader.Counters);
        CatalogProperties properties = reader.Properties;
        Assert.Equal(7ul, properties.Revision);
        Assert.Equal(900, properties.Ttl);
        Assert.Equal(Hash, properties.PreviousRevision);
        Assert.Equal("side", properties.Branch);
        Assert.Equal(1000, properties.LastModified);
        Assert.True(properties.IsVolatile);
        Assert.Equal("openid:x", properties.VomsAuthz);
        Assert.True(properties.RootPrefix.IsRoot);
    }

    [Fact]
    public void Counters_follow_every_change()
    {
        using CatalogWriter writer = Create("c");
        RepositoryPath file = RepositoryPath.Root.Append("f"u8);
        ExtendedAttributes xattrs = ExtendedAttributes.Create([new("user.x"u8.ToArray(), "1"u8.ToArray())]);
        CatalogEntry entry = File("f", 10) with { Xattrs = xattrs };
        writer.Insert(file.Key, RepositoryPath.Root.Key, entry);
        writer.Insert(A.Key, RepositoryPath.Root.Key, Directory("a"));
        writer.Insert(A.Append("l"u8).Key, A.Key, new CatalogEntry { Name = "l"u8.ToArray(), Mode = 0xa1ff, Symlink = "x"u8.ToArray(), Size = 1 });
        writer.Insert(A.Append("p"u8).Key, A.Key, new CatalogEntry { Name = "p"u8.ToArray(), Mode = 0x11a4 });
        CatalogCounts expected = default(CatalogCounts) with
        {
            Directories = 2,
            RegularFiles = 1,
            FileSize = 10,
            SymbolicLinks = 1,
            SpecialFiles = 1,
            WithXattrs = 1,
        };
        Assert.Equal(expected, writer.Counters.Self);

        writer.Update(file.Key, entry with { IsChunked = true, Size = 25, Xattrs = ExtendedAttributes.Empty, IsExternal = true });
        writer.AddChunk(file.Key, new FileChunk(Hash, 0, 20));
        writer.AddChunk(file.Key, new FileChunk(Hash, 20, 5));
        expected = expected with
        {
            FileSize = 25,
            ChunkedFiles = 1,
            ChunkedFileSize = 25,
            Chunks = 2,
            WithXattrs = 0,
            ExternalFiles = 1,
            ExternalFileSize = 25,
        };
        Assert.Equal(expected, writer.Counters.Self);
        Assert.Equal(expected, writer.ChangeForParent);
        Assert.Equal(5, expected.Entries);

        Assert.True(writer.Remove(file.Key));
        Assert.False(writer.Remove(file.Key));
        Assert.Empty(writer.Content.Chunks(file.Key, HashAlgorithm.Rmd160));
        Assert.Equal(default(CatalogCounts) with { Directories = 2, SymbolicLinks = 1, SpecialFiles = 1 }, writer.Counters.Self);
        writer.Seal();

        using CatalogReader reader = Open("c");
        Assert.Equal(writer.Counters, reader.Counters);
    }

    [Fact]
    public void What_is_not_sealed_is_gone()
    {
        using (CatalogWriter writer = Create("c"))
        {
            writer.Seal();
        }

        byte[] before = System.IO.File.ReadAllBytes(folder["c"]);
        using (CatalogWriter writer = Reopen("c"))
        {
            writer.Insert(A.Key, RepositoryPath.Root.Key, Directory("a"));
        }

        Assert.Equal(before, System.IO.File.ReadAllBytes(folder["c"]));
        Assert.Equal([folder["c"]], System.IO.Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_key_twice_or_an_entry_that_is_missing_is_refused()
    {
        using CatalogWriter writer = Create("c");
        writer.Insert(A.Key, RepositoryPath.Root.Key, Directory("a"));
        SqliteException twice = Assert.Throws<SqliteException>(() => writer.Insert(A.Key, RepositoryPath.Root.Key, Directory("a")));
        Assert.Equal(SqliteErrorKind.Constraint, twice.Kind);
        Assert.Throws<CatalogException>(() => writer.Update(B.Key, Directory("b")));
        Assert.Throws<CatalogException>(() => writer.RemoveNested(A, default));
        Assert.Throws<CatalogException>(() => writer.UpdateNested(new NestedCatalog(A, Hash, 1), default));
        Assert.Throws<CatalogException>(() => writer.RemoveBindMountPoint(A));

        // The transaction goes on.
        writer.Insert(B.Key, A.Key, Directory("b"));
        Assert.Equal(3, writer.Counters.Self.Directories);
    }

    [Fact]
    public void Hard_link_groups_get_numbers_of_their_own()
    {
        using (CatalogWriter writer = Create("c"))
        {
            uint group = writer.NextHardlinkGroup();
            Assert.Equal(1u, group);
            foreach (string name in (string[])["x", "y"])
            {
                writer.Insert(
                    RepositoryPath.Root.Append(Encoding.UTF8.GetBytes(name)).Key, RepositoryPath.Root.Key, File(name, 1) with { HardlinkGroup = group, Linkcount = 2 });
            }

            writer.Seal();
        }

        using CatalogWriter reopened = Reopen("c");
        Assert.Equal(2u, reopened.NextHardlinkGroup());
        Assert.Equal(3u, reopened.NextHardlinkGroup());
        Assert.True(reopened.Content.TryLookup(RepositoryPath.Root.Append("y"u8).Key, out CatalogEntry? entry));
        Assert.Equal((1u, 2u), (entry.HardlinkGroup, entry.Linkcount));
    }

    [Fact]
    public void Split_moves_a_subtree_out_and_merge_brings_it_back()
    {
        using CatalogWriter parent = Create("parent");
        Fill(parent);
        CatalogCounters grandCounters = new(default(CatalogCounts) with { Directories = 1, RegularFiles = 4 }, default(CatalogCounts) with { RegularFiles = 2 });
        parent.AddNested(new NestedCatalog(Deep, Hash, 99), grandCounters.Total);
        CatalogCounters before = parent.Counters;
        List<string> rows = Rows(parent.Content);

        using CatalogWriter nested = CatalogWriter.Create(Bytes("nested"), A, Directory("a") with { IsNestedRoot = true }, 1000);
        parent.SplitInto(nested, reference =>
        {
            Assert.Equal(Deep, reference.Path);
            return grandCounters;
        });

        Assert.True(parent.Content.TryLookup(A.Key, out CatalogEntry? mountPoint));
        Assert.True(mountPoint.IsNestedMountPoint);
        Assert.Empty(parent.Content.List(A.Key));
        Assert.Equal([new NestedCatalog(A, default, 0)], parent.Content.NestedCatalogs);
        Assert.True(nested.Content.TryLookup(A.Key, out CatalogEntry? root));
        Assert.Equal(mountPoint with { IsNestedRoot = true, IsNestedMountPoint = false }, root);
        Assert.Equal([new NestedCatalog(Deep, Hash, 99)], nested.Content.NestedCatalogs);
        Assert.Equal(2, nested.Content.Chunks(B.Append("big"u8).Key, HashAlgorithm.Rmd160).Count);
        Assert.Equal(2, nested.Counters.Self.Chunks);
        Assert.Equal(0, parent.Counters.Self.Chunks);
        Assert.Equal(grandCounters.Total, nested.Counters.Subtree);

        // With the new catalog accounted for, the tree as a whole has one directory and one reference more.
        parent.UpdateNested(new NestedCatalog(A, Hash, 1), nested.ChangeForParent);
        CatalogCounts extra = default(CatalogCounts) with { Directories = 1, NestedCatalogs = 1 };
        Assert.Equal(before.Total + extra, parent.Counters.Total);
        Assert.Equal(nested.Counters.Total, parent.Counters.Subtree);
        nested.Seal();

        using CatalogWriter reopened = CatalogWriter.Open(Bytes("nested"));
        reopened.Insert(A.Append("late"u8).Key, A.Key, File("late", 3));
        Assert.Equal(default(CatalogCounts) with { RegularFiles = 1, FileSize = 3 }, reopened.ChangeForParent);
        parent.MergeFrom(reopened);
        Assert.True(parent.Remove(A.Append("late"u8).Key));
        Assert.Equal(before, parent.Counters);
        Assert.Equal([new NestedCatalog(Deep, Hash, 99)], parent.Content.NestedCatalogs);
        Assert.Equal(rows, Rows(parent.Content));
    }

    [Fact]
    public void Merge_gives_hard_link_groups_new_numbers()
    {
        using CatalogWriter parent = Create("parent");
        uint own = parent.NextHardlinkGroup();
        parent.Insert(RepositoryPath.Root.Append("x"u8).Key, RepositoryPath.Root.Key, File("x", 1) with { HardlinkGroup = own });
        parent.Insert(A.Key, RepositoryPath.Root.Key, Directory("a") with { IsNestedMountPoint = true });
        parent.AddNested(new NestedCatalog(A, default, 0), default);
        using CatalogWriter nested = CatalogWriter.Create(Bytes("nested"), A, Directory("a") with { IsNestedRoot = true }, 1000);
        nested.Insert(B.Key, A.Key, File("b", 1) with { HardlinkGroup = nested.NextHardlinkGroup() });
        parent.MergeFrom(nested);

        Assert.True(parent.Content.TryLookup(B.Key, out CatalogEntry? moved));
        Assert.NotEqual(own, moved.HardlinkGroup);
        Assert.NotEqual(0u, moved.HardlinkGroup);
        Assert.True(parent.NextHardlinkGroup() > moved.HardlinkGroup);
        Assert.Equal(default, parent.Counters.Subtree);
    }

    [Fact]
    public void Only_a_plain_directory_can_be_split_off()
    {
        using CatalogWriter parent = Create("parent");
        using CatalogWriter nested = CatalogWriter.Create(Bytes("nested"), A, Directory("a") with { IsNestedRoot = true }, 1000);
        Assert.Throws<CatalogException>(() => parent.SplitInto(nested, _ => default));
        parent.Insert(A.Key, RepositoryPath.Root.Key, File("a", 1));
        Assert.Throws<CatalogException>(() => parent.SplitInto(nested, _ => default));
        Assert.Throws<CatalogException>(() => parent.MergeFrom(nested));
    }

    [Fact]
    public void A_catalog_with_much_waste_is_compacted_as_it_is_sealed()
    {
        using (CatalogWriter writer = Create("c"))
        {
            for (int number = 0; number < 2000; number++)
            {
                byte[] name = Encoding.ASCII.GetBytes($"file-{number}");
                writer.Insert(RepositoryPath.Root.Append(name).Key, RepositoryPath.Root.Key, File($"file-{number}", 1));
            }

            writer.Seal();
        }

        long full = new FileInfo(folder["c"]).Length;
        using (CatalogWriter writer = Reopen("c"))
        {
            for (int number = 0; number < 1900; number++)
            {
                Assert.True(writer.Remove(RepositoryPath.Root.Append(Encoding.ASCII.GetBytes($"file-{number}")).Key));
            }

            writer.Seal();
        }

        Assert.InRange(new FileInfo(folder["c"]).Length, 1, full / 4);
        using CatalogReader reader = Open("c");
        long last = 0;
        int rows = 0;
        foreach (CatalogRow row in reader.EnumerateAll())
        {
            last = row.RowId;
            rows++;
        }

        Assert.Equal((101, 101L), (rows, last));
        Assert.Equal(100, reader.Counters.Self.RegularFiles);
    }

    [Fact]
    public void Bind_mount_points_are_found_but_not_counted()
    {
        using (CatalogWriter writer = Create("c"))
        {
            writer.Insert(A.Key, RepositoryPath.Root.Key, Directory("a") with { IsBindMountPoint = true, IsHidden = true });
            writer.AddBindMountPoint(new NestedCatalog(A, Hash, 5));
            writer.Seal();
        }

        using CatalogReader reader = Open("c");
        Assert.True(reader.TryFindNested(A.Bytes, out ObjectHash found, out long size));
        Assert.Equal((Hash, 5L), (found, size));
        Assert.Empty(reader.NestedCatalogs);
        Assert.Equal([new NestedCatalog(A, Hash, 5)], reader.BindMountPoints);
        Assert.Equal(A, reader.FindNestedAbove(Deep)?.Path);
        Assert.Null(reader.FindNestedAbove(RepositoryPath.Root.Append("ab"u8)));
        Assert.True(reader.TryLookup(A.Key, out CatalogEntry? entry));
        Assert.True(entry.IsBindMountPoint && entry.IsHidden);
        Assert.Equal(0, reader.Counters.Self.NestedCatalogs);
    }

    private static List<string> Rows(CatalogReader reader)
    {
        List<string> rows = [];
        foreach (CatalogRow row in reader.EnumerateAll())
        {
            CatalogEntry entry = reader.ToEntry(row);
            rows.Add($"{row.Key} {row.Parent} {entry} {entry.Flags} {entry.Linkcount} {entry.Size} {entry.HardlinkGroup}");
        }

        return [.. rows.Order(StringComparer.Ordinal)];
    }

    private byte[] Bytes(string name) => Encoding.UTF8.GetBytes(folder[name]);

    private CatalogWriter Create(string name) =>
        CatalogWriter.Create(Bytes(name), RepositoryPath.Root, Root, 1000, isVolatile: true, vomsAuthz: "openid:x");

    private CatalogWriter Reopen(string name) => CatalogWriter.Open(Bytes(name));

    private CatalogReader Open(string name) => CatalogReader.Open(folder[name]);
}
