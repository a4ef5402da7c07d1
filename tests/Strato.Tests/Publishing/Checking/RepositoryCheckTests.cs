using Strato.Core;
using Strato.Core.Hashing;
using Strato.Publishing.Checking;
using Strato.Publishing.Collecting;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Traversal;
using Strato.Storage.Local;
using Strato.Testing.Publishing;
using Strato.Tests.Publishing.Traversal;

namespace Strato.Tests.Publishing.Checking;

/// <summary>Checks that go on from earlier ones, and repairs.</summary>
public sealed class RepositoryCheckTests
{
    private static readonly CheckRequest Data = new() { Subject = TemporaryHome.Name, ReadsData = true };

    [Fact]
    public void An_incremental_check_looks_only_at_what_is_new()
    {
        using TemporaryHome home = WithRepository();
        Assert.False(Check(home, Data with { IsIncremental = true }, out _).IsIncremental);
        CheckOutcome nothing = Check(home, Data with { IsIncremental = true }, out _);
        Assert.Equal((true, 0L, 0L, 0), (nothing.IsIncremental, nothing.Catalogs, nothing.Objects, nothing.Problems));

        // The root and b change, a does not, whose counters the root needs all the same.
        string old = FileObject(home, "/a/file");
        File.WriteAllText(Path.Combine(home.NewFolder("source"), "b", "file"), "changed");
        home.Publish(home.NewFolder("source"));
        Damage(old);
        CheckOutcome one = Check(home, Data with { IsIncremental = true }, out List<string> problems);
        Assert.Empty(problems);
        Assert.Equal((true, 2L, 1L), (one.IsIncremental, one.Catalogs, one.Objects));

        Assert.NotEqual(0, Check(home, Data, out _).Problems);
        File.Delete(FileObject(home, "/b/file"));
        File.WriteAllText(Path.Combine(home.NewFolder("source"), "b", "other"), "other");
        home.Publish(home.NewFolder("source"));
        Assert.Equal(0, Check(home, Data with { IsIncremental = true }, out _).Problems);
    }

    [Fact]
    public void An_incremental_check_is_a_whole_one_after_a_collection_or_a_lesser_check_or_with_another_history()
    {
        using TemporaryHome home = WithRepository();
        Check(home, Data with { ReadsData = false }, out _);
        Assert.False(Check(home, Data with { IsIncremental = true }, out _).IsIncremental);
        Assert.True(Check(home, Data with { IsIncremental = true, ReadsData = false }, out _).IsIncremental);
        GarbageCollection.Run(new CollectionRequest { Repository = TemporaryHome.Name }, Context(home));
        Assert.False(Check(home, Data with { IsIncremental = true }, out _).IsIncremental);

        using TemporaryHome another = WithRepository();
        Directory.CreateDirectory(another.Home.Places(TemporaryHome.Name).Check);
        foreach (string file in Directory.GetFiles(home.Home.Places(TemporaryHome.Name).Check))
        {
            string text = Path.Combine(another.Home.Places(TemporaryHome.Name).Check, Path.GetFileName(file));
            File.Copy(file, text);
        }

        Assert.False(Check(another, Data with { IsIncremental = true }, out _).IsIncremental);
    }

    [Fact]
    public void Repairs_what_another_copy_has()
    {
        using TemporaryHome home = WithRepository();
        string copy = Copy(home);
        string[] lost = [.. Objects(home).Where((_, index) => index % 2 == 0)];
        string[] damaged = [.. Objects(home).Where((_, index) => index % 4 == 1)];
        Array.ForEach(lost, File.Delete);
        Array.ForEach(damaged, file => Damage(file));
        Assert.NotEqual(0, Check(home, Data, out _).Problems);

        CheckOutcome outcome = Check(home, Data with { Repairs = true, Sources = [copy] }, out List<string> problems);

        Assert.Empty(problems);
        Assert.Equal(lost.Length + damaged.Length, outcome.Repaired);
        Assert.All(lost, file => Assert.True(File.Exists(file)));
        Assert.False(home.Publish(home.NewFolder("source")).IsChanged);
    }

    [Fact]
    public void A_repair_from_a_bad_copy_changes_nothing_and_says_why()
    {
        using TemporaryHome home = WithRepository();
        string copy = Copy(home);
        string good = FileObject(home, "/a/file");
        string gone = FileObject(home, "/b/file");
        byte[] before = Damage(good);
        File.Delete(gone);
        Damage(Path.Combine(copy, Path.GetRelativePath(home.Storage, good)));
        File.Delete(Path.Combine(copy, Path.GetRelativePath(home.Storage, gone)));
        List<string> notes = [];

        CheckOutcome outcome = Check(home, Data with { Repairs = true, Sources = [copy], Note = notes.Add }, out List<string> problems);

        Assert.Equal((0, 2), (outcome.Repaired, problems.Count));
        Assert.Contains(notes, note => note.EndsWith("is missing as well", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.Contains("is damaged", StringComparison.Ordinal));
        Assert.Equal(before, File.ReadAllBytes(good));
        Assert.Throws<StratoException>(() => Check(home, Data with { Subject = home.Storage, Repairs = true, Sources = [copy] }, out _));
    }

    private static TemporaryHome WithRepository()
    {
        TemporaryHome home = TemporaryHome.WithRepository(TemporaryHome.SmallChunks with { IsGarbageCollectable = true });
        string source = home.NewFolder("source");
        foreach (string folder in (string[])["a", "a/deep", "b"])
        {
            Directory.CreateDirectory(Path.Combine(source, folder));
            File.WriteAllText(Path.Combine(source, folder, ".cvmfscatalog"), string.Empty);
            File.WriteAllText(Path.Combine(source, folder, "file"), $"in {folder}");
            File.WriteAllText(Path.Combine(source, folder, "large"), string.Concat(Enumerable.Range(0, 6000).Select(number => $"{folder} {number}\n")));
        }

        home.Publish(source, tag: "first");
        return home;
    }

    private static OperationContext Context(TemporaryHome home) => home.Context(TestContext.Current.CancellationToken);

    private static CheckOutcome Check(TemporaryHome home, CheckRequest request, out List<string> problems)
    {
        problems = [];
        return RepositoryCheck.Run(request with { Found = problems.Add }, Context(home));
    }

    private static string FileObject(TemporaryHome home, string path)
    {
        using RevisionListing revision = home.List();
        RevisionEntry entry = revision.Entries.Values.Single(entry => entry.Path.ToString() == path);
        return Path.Combine(home.Storage, new ObjectName(entry.Entry.Hash, ObjectKind.File).StoragePath);
    }

    // Files' objects and nested catalogs of the current revision, and its history; root catalog and certificate are what the repository is opened with.
    private static string[] Objects(TemporaryHome home)
    {
        using RevisionListing revision = home.List();
        RecordingVisitor visitor = new();
        LocalObjectStore store = LocalObjectStore.Open(home.Storage);
        string work = home.NewFolder("work");
        new CatalogTraversal(new ObjectReader(store, CancellationToken.None), visitor, new TraversalOptions { Folder = work }, CancellationToken.None).Run(revision.Manifest.RootCatalog, 0);
        Blocking.Wait(store.DisposeAsync());
        return
        [
            .. visitor.Objects
                .Append(new ObjectName(revision.Manifest.History!.Value, ObjectKind.History))
                .Where(name => name.Hash != revision.Manifest.RootCatalog)
                .Select(name => Path.Combine(home.Storage, name.StoragePath))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string Copy(TemporaryHome home)
    {
        string copy = home.NewFolder("copy");
        foreach (string file in Directory.GetFiles(home.Storage, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(home.Storage, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    private static byte[] Damage(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        return bytes;
    }
}
