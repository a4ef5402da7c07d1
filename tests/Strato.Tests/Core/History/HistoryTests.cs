using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Core.Sqlite;
using Strato.Testing.Golden;

namespace Strato.Tests.Core.History;

public sealed class HistoryTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("strato-history-").FullName;

    public static TheoryData<string> Goldens => [.. GoldenRepository.All.Select(golden => golden.Name)];

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [MemberData(nameof(Goldens))]
    public void A_golden_history_lists_what_the_genuine_tool_lists(string name)
    {
        (GoldenRepository golden, byte[] image, _) = Golden(name);
        using HistoryDatabase history = HistoryDatabase.OpenImage(image, "golden");
        Assert.Equal(name, history.RepositoryName);
        Assert.Equal(
            File.ReadAllLines(Path.Combine(golden.Folder, "tags.txt")).Order(StringComparer.Ordinal),
            history.ListTags().Select(Line).Order(StringComparer.Ordinal));
        Assert.Equal(history.ListTags().Count, history.Count);
        Assert.Equal(history.ListTags().Select(tag => tag.RootCatalog).Distinct().Order(), history.ListRootCatalogs().Order());
        Assert.NotNull(history.PreviousRevision);
        Assert.Empty(history.ListRecycleBin());
    }

    [Fact]
    public void The_branch_of_the_rmd160_golden_is_found()
    {
        using HistoryDatabase history = HistoryDatabase.OpenImage(Golden("golden-rmd160.test.org").Image, "golden");
        Assert.Equal([new HistoryBranch("", null, 0), new HistoryBranch("side", "", 3)], history.ListBranches());
        Assert.Equal("side1", history.FindBranchHead("side")?.Name);
        Assert.Equal(4ul, history.FindBranchHead("")?.Revision);
        Assert.Null(history.FindBranchHead("none"));
    }

    [Theory]
    [InlineData(1795163298, "v1.0")]
    [InlineData(1795163299, "generic-2026-11-20T08:28:19Z")]
    [InlineData(1795163297, "generic-2026-11-20T08:28:16Z")]
    [InlineData(1795163295, null)]
    public void A_date_finds_what_was_current_then(long timestamp, string? expected)
    {
        using HistoryDatabase history = HistoryDatabase.OpenImage(Golden("golden.test.org").Image, "golden");
        Assert.Equal(expected, history.FindByDate(timestamp)?.Name);
    }

    [Fact]
    public void Publishing_moves_trunk_and_remembers_where_it_was()
    {
        using HistoryEditor editor = HistoryEditor.Create("a.test.org", directory);
        editor.MoveTrunk(Tag("ignored", 1));
        Assert.Null(editor.History.Find("trunk-previous"));
        editor.MoveTrunk(Tag("ignored", 2));
        editor.MoveTrunk(Tag("ignored", 3));
        HistoryTag trunk = Assert.IsType<HistoryTag>(editor.History.Find("trunk"));
        HistoryTag previous = Assert.IsType<HistoryTag>(editor.History.Find("trunk-previous"));
        Assert.Equal((3ul, "current HEAD"), (trunk.Revision, trunk.Description));
        Assert.Equal((2ul, "default undo target"), (previous.Revision, previous.Description));
        editor.MoveTrunk(Tag("ignored", 4), keepPrevious: false);
        Assert.Null(editor.History.Find("trunk-previous"));
        Assert.Equal(1, editor.History.Count);
    }

    [Fact]
    public void Tags_survive_sealing_and_the_predecessor_is_recorded()
    {
        byte[] first;
        using (HistoryEditor editor = HistoryEditor.Create("a.test.org", directory))
        {
            editor.AddBranch(new HistoryBranch("side/way", "", 2));
            editor.Add(Tag("v1", 1) with { Description = "größer", Size = 12345 });
            editor.Add(Tag("s1", 2) with { Branch = "side/way" });
            first = editor.Seal();
        }

        ObjectHash name = ContentHasher.Hash(HashAlgorithm.Sha1, first);
        using (HistoryEditor editor = HistoryEditor.Edit(first, name, directory))
        {
            editor.Add(Tag("v2", 3));
            byte[] second = editor.Seal();
            using HistoryDatabase history = HistoryDatabase.OpenImage(second, "second");
            Assert.Equal(name, history.PreviousRevision);
            Assert.Equal(Tag("v1", 1) with { Description = "größer", Size = 12345 }, history.Find("v1"));
            Assert.Equal(["v2", "s1", "v1"], history.ListTags().Select(tag => tag.Name));
        }

        using HistoryDatabase again = HistoryDatabase.OpenImage(first, "first");
        Assert.Null(again.PreviousRevision);
        Assert.Null(again.Find("v2"));
        Assert.Empty(Directory.GetFileSystemEntries(directory));
    }

    [Fact]
    public void Rolling_back_forgets_what_came_after_but_not_on_branches()
    {
        using HistoryEditor editor = HistoryEditor.Create("a.test.org", directory);
        editor.AddBranch(new HistoryBranch("side", "", 4));
        editor.Add(Tag("v1", 1));
        editor.Add(Tag("v2", 2) with { Description = "two" });
        editor.Add(Tag("v3", 3));
        editor.Add(Tag("s4", 4) with { Branch = "side" });
        editor.MoveTrunk(Tag("", 5));
        Assert.Equal(["trunk", "v3", "v2"], editor.RollBack("v2", Tag("", 6)).Select(tag => tag.Name));
        Assert.Equal(["v2", "s4", "v1"], editor.History.ListTags().Select(tag => tag.Name));
        Assert.Equal((6ul, "two"), (editor.History.Find("v2")!.Revision, editor.History.Find("v2")!.Description));
        Assert.Contains("branch side", Assert.Throws<StratoException>(() => editor.RollBack("s4", Tag("", 7))).Message, StringComparison.Ordinal);
        Assert.Contains("none of that name", Assert.Throws<StratoException>(() => editor.RollBack("v9", Tag("", 7))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_without_tags_goes_and_its_children_move_up()
    {
        using HistoryEditor editor = HistoryEditor.Create("a.test.org", directory);
        editor.AddBranch(new HistoryBranch("a", "", 1));
        editor.AddBranch(new HistoryBranch("b", "a", 2));
        editor.AddBranch(new HistoryBranch("c", "b", 3));
        editor.Add(Tag("t", 1));
        editor.Add(Tag("ta", 1) with { Branch = "a" });
        editor.Add(Tag("tb", 2) with { Branch = "b" });
        editor.Add(Tag("tc", 3) with { Branch = "c" });
        editor.Remove("tb");
        Assert.Equal([new("", null, 0), new("a", "", 1), new("c", "a", 3)], editor.History.ListBranches());
        editor.Remove("ta");
        Assert.Equal([new("", null, 0), new("c", "", 3)], editor.History.ListBranches());
    }

    [Theory]
    [InlineData("trunk")]
    [InlineData("trunk-previous")]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("ümlaut")]
    [InlineData("new\nline")]
    public void Names_that_cannot_be_used_are_refused(string name)
    {
        using HistoryEditor editor = HistoryEditor.Create("a.test.org", directory);
        Assert.DoesNotContain('\n', Assert.Throws<StratoException>(() => editor.Add(Tag(name, 1))).Message);
        Assert.DoesNotContain('\n', Assert.Throws<StratoException>(() => editor.Remove(name)).Message);
        Assert.False(TagName.IsValid(name));
    }

    [Fact]
    public void Taken_names_and_missing_branches_are_refused()
    {
        using HistoryEditor editor = HistoryEditor.Create("a.test.org", directory);
        editor.Add(Tag("v1", 1));
        Assert.Contains("it exists and names revision 1", Assert.Throws<StratoException>(() => editor.Add(Tag("v1", 2))).Message, StringComparison.Ordinal);
        Assert.Throws<StratoException>(() => editor.Add(Tag("v2", 2) with { Branch = "none" }));
        Assert.Throws<StratoException>(() => editor.AddBranch(new HistoryBranch("a", "none", 1)));
        Assert.Throws<StratoException>(() => editor.AddBranch(new HistoryBranch("", "", 1)));
        Assert.Throws<StratoException>(() => editor.AddBranch(new HistoryBranch("a b", "", 1)));
    }

    [Fact]
    public void Automatic_names_avoid_those_taken()
    {
        DateTimeOffset now = new(2026, 11, 20, 9, 1, 26, 500, TimeSpan.FromHours(0));
        Assert.Equal("generic-2026-11-20T09:01:26Z", TagName.Automatic(now, _ => false));
        HashSet<string> taken = ["generic-2026-11-20T09:01:26Z", "generic_1-2026-11-20T09:01:26Z"];
        string name = TagName.Automatic(now, taken.Contains);
        Assert.Equal("generic_2-2026-11-20T09:01:26Z", name);
        Assert.True(TagName.IsValid(name) && TagName.IsAutomatic(name));
    }

    [Fact]
    public void What_is_not_sealed_leaves_nothing()
    {
        using (HistoryEditor editor = HistoryEditor.Create("a.test.org", directory))
        {
            editor.Add(Tag("v1", 1));
            Assert.NotEmpty(Directory.GetFileSystemEntries(directory));
        }

        Assert.Empty(Directory.GetFileSystemEntries(directory));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Older_schema_revisions_are_read_and_brought_up_to_date(int revision)
    {
        string path = Path.Combine(directory, "old");
        using (SqliteDatabase old = SqliteDatabase.Create(path))
        {
            old.Execute("CREATE TABLE properties (key TEXT, value TEXT, CONSTRAINT pk_properties PRIMARY KEY (key))");
            old.Execute(
                "CREATE TABLE tags (name TEXT, hash TEXT, revision INTEGER, timestamp INTEGER, channel INTEGER, description TEXT, "
                + (revision > 0 ? "size INTEGER, " : "") + "CONSTRAINT pk_tags PRIMARY KEY (name))");
            old.Execute($"INSERT INTO properties VALUES ('schema', '1.0'), ('fqrn', 'old.test.org'), ('schema_revision', '{revision}')");
            old.Execute($"INSERT INTO tags (name, hash, revision, timestamp, channel, description) VALUES ('v1', '{Hash(1)}', 1, 100, 4, 'old')");
            if (revision > 1)
            {
                old.Execute("CREATE TABLE recycle_bin (hash TEXT, flags INTEGER, CONSTRAINT pk_hash PRIMARY KEY (hash))");
                old.Execute($"INSERT INTO recycle_bin VALUES ('{Hash(9)}', 1)");
            }
        }

        byte[] image = File.ReadAllBytes(path);
        File.Delete(path);
        using (HistoryDatabase history = HistoryDatabase.OpenImage(image, "old"))
        {
            Assert.Equal("v1", history.FindByDate(100)?.Name);
            Assert.Equal("v1", history.FindBranchHead("")?.Name);
            Assert.Equal([new HistoryBranch("", null, 0)], history.ListBranches());
            Assert.Equal(revision > 1 ? [new ObjectName(Hash(9), ObjectKind.Catalog)] : [], history.ListRecycleBin());
        }

        using HistoryEditor editor = HistoryEditor.Edit(image, Hash(5), directory);
        editor.Add(Tag("v2", 2));
        using HistoryDatabase upgraded = HistoryDatabase.OpenImage(editor.Seal(), "upgraded");
        Assert.Equal(["v2", "v1"], upgraded.ListTags().Select(tag => tag.Name).OrderDescending(StringComparer.Ordinal));
        Assert.Empty(upgraded.ListRecycleBin());
    }

    [Fact]
    public void A_damaged_history_is_one_clear_error()
    {
        byte[] image = Golden("golden.test.org").Image;
        Prop.ForAll(Gen.Choose(0, image.Length - 1).Two().ToArbitrary(), pair =>
        {
            byte[] damaged = [.. image];
            damaged[pair.Item1] ^= 0xff;
            damaged[pair.Item2] = 0;
            try
            {
                using HistoryDatabase history = HistoryDatabase.OpenImage(damaged, "damaged");
                _ = history.ListTags();
                _ = history.ListBranches();
                _ = history.PreviousRevision;
            }
            catch (StratoException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }).QuickCheckThrowOnFailure();
        Assert.Throws<SqliteException>(() => HistoryDatabase.OpenImage("no database"u8, "nonsense"));
    }

    private static (GoldenRepository Golden, byte[] Image, ObjectHash Name) Golden(string name)
    {
        GoldenRepository golden = GoldenRepository.All.Single(repository => repository.Name == name);
        ObjectHash hash = Manifest.Parse(File.ReadAllBytes(Path.Combine(golden.Storage, ".cvmfspublished"))).History!.Value;
        return (golden, golden.ReadPlain(new ObjectName(hash, ObjectKind.History)), hash);
    }

    private static string Line(HistoryTag tag) => string.Create(
        CultureInfo.InvariantCulture,
        $"{tag.Name} {tag.RootCatalog} {tag.Size} {tag.Revision} {tag.Timestamp} {(tag.Branch.Length == 0 ? "(default)" : tag.Branch)} {tag.Description}");

    private static HistoryTag Tag(string name, ulong revision) =>
        new() { Name = name, RootCatalog = Hash((int)revision), Revision = revision, Timestamp = 1000 + (long)revision };

    private static ObjectHash Hash(int seed) => ContentHasher.Hash(HashAlgorithm.Sha1, Encoding.ASCII.GetBytes($"catalog {seed}"));
}
