using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Publishing.Committing;
using Strato.Publishing.Objects;
using Strato.Publishing.Traversal;
using Strato.Storage.Local;
using Strato.Storage.Objects;
using Strato.Testing;
using Strato.Testing.Golden;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing.Traversal;

/// <summary>Walks over the catalogs of revisions that genuine tools and this publisher made.</summary>
public sealed class CatalogTraversalTests
{
    public static TheoryData<string> Repositories => [.. GoldenRepository.All.Select(repository => repository.Name)];

    [Theory]
    [MemberData(nameof(Repositories))]
    public void Finds_every_object_that_the_revisions_of_a_genuine_repository_need(string name)
    {
        GoldenRepository golden = GoldenRepository.All.Single(repository => repository.Name == name);
        HashSet<ObjectName> needed = [];
        List<HistoryTag> tags = Tags(golden.Storage, out Manifest manifest);
        foreach (string? tag in tags.Select(tag => tag.Name).Append(null))
        {
            using RevisionListing revision = RevisionListing.Read(golden.Storage, tag);
            foreach (RevisionEntry entry in revision.Entries.Values.Where(entry => !entry.Entry.IsExternal))
            {
                needed.UnionWith(entry.Chunks.Select(chunk => new ObjectName(chunk.Hash, ObjectKind.Chunk)));
                if (!entry.Entry.Hash.IsNull)
                {
                    needed.Add(new ObjectName(entry.Entry.Hash, ObjectKind.File));
                }
            }
        }

        RecordingVisitor visitor = new();
        Traverse(golden.Storage, visitor, RevisionRoots.Of(manifest, tags), TestContext.Current.CancellationToken);

        Assert.Equal(needed.Order(NameOrder.Instance), visitor.Objects.Where(found => found.Kind != ObjectKind.Catalog).Order(NameOrder.Instance));
        Assert.All(visitor.Objects, found => Assert.True(File.Exists(Path.Combine(golden.Storage, found.StoragePath)), found.ToString()));
    }

    [Fact]
    public void Shows_a_catalog_once_and_leaves_it_after_what_is_below()
    {
        using TemporaryHome home = WithRevisions(out _);
        RecordingVisitor visitor = new();

        Traverse(home.Storage, visitor, Roots(home), TestContext.Current.CancellationToken);

        Assert.Equal(visitor.Visited.Count, visitor.Visited.DistinctBy(place => place.Hash).Count());
        Assert.Equal(visitor.Visited.Select(place => place.Hash).Order(), visitor.Left.Order());
        Assert.All(
            visitor.Visited.Where(place => place.Above is not null),
            place => Assert.True(visitor.Left.IndexOf(place.Hash) < visitor.Left.IndexOf(place.Above!.Hash), place.Path.ToString()));

        // Three revisions of the root and of a, one of a/deep and of b.
        Assert.Equal(["/", "/", "/", "/a", "/a", "/a", "/a/deep", "/b"], visitor.Visited.Select(place => place.Path.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Leaves_out_what_is_not_wanted_and_what_is_below()
    {
        using TemporaryHome home = WithRevisions(out _);
        RecordingVisitor visitor = new() { Wants = place => place.Path.ToString() != "/a" };

        Traverse(home.Storage, visitor, Roots(home)[..1], TestContext.Current.CancellationToken);

        Assert.Equal(["/", "/b"], visitor.Visited.Select(place => place.Path.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(2, visitor.Left.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Goes_on_after_a_catalog_that_is_missing_or_damaged_but_does_not_leave_those_above(bool isMissing)
    {
        using TemporaryHome home = WithRevisions(out ObjectHash deep);
        string file = Path.Combine(home.Storage, new ObjectName(deep, ObjectKind.Catalog).StoragePath);
        if (isMissing)
        {
            File.Delete(file);
        }
        else
        {
            byte[] bytes = File.ReadAllBytes(file);
            bytes[^1] ^= 1;
            File.WriteAllBytes(file, bytes);
        }

        RecordingVisitor visitor = new() { GoesOn = true };
        Traverse(home.Storage, visitor, Roots(home), TestContext.Current.CancellationToken);

        Assert.Equal(["/a/deep"], visitor.Failed);
        Assert.DoesNotContain(visitor.Visited, place => place.Path.ToString() == "/a/deep");
        Assert.Equal(
            visitor.Visited.Where(place => place.Path.ToString() == "/b" || place.Above is null && visitor.Visited.TrueForAll(other => other.Above != place)).Select(place => place.Hash).Order(),
            visitor.Left.Order());
        Assert.ThrowsAny<StratoException>(() => Traverse(home.Storage, new RecordingVisitor(), Roots(home), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Ends_when_it_is_cancelled_or_its_visitor_fails()
    {
        using TemporaryHome home = WithRevisions(out _);
        using CancellationTokenSource cancellation = new();

        Assert.Throws<OperationCanceledException>(
            () => Traverse(home.Storage, new RecordingVisitor { OnVisit = cancellation.Cancel }, Roots(home), cancellation.Token));
        Assert.Throws<StratoException>(
            () => Traverse(home.Storage, new RecordingVisitor { GoesOn = true, OnVisit = () => throw new StratoException("full") }, Roots(home), TestContext.Current.CancellationToken));
    }

    // The first revision is empty; the second to fourth change a file in a, and only the second makes b and a/deep.
    private static TemporaryHome WithRevisions(out ObjectHash deep)
    {
        TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        foreach (string folder in (string[])["a", "a/deep", "b"])
        {
            Directory.CreateDirectory(Path.Combine(source, folder));
            File.WriteAllText(Path.Combine(source, folder, ".cvmfscatalog"), string.Empty);
        }

        for (int revision = 0; revision < 3; revision++)
        {
            File.WriteAllText(Path.Combine(source, "a", "file"), $"content {revision}");
            home.Publish(source, tag: $"tag-{revision}");
        }

        RecordingVisitor visitor = new();
        Traverse(home.Storage, visitor, Roots(home), TestContext.Current.CancellationToken);
        deep = visitor.Visited.Single(place => place.Path.ToString() == "/a/deep").Hash;
        return home;
    }

    private static List<NestedCatalog> Roots(TemporaryHome home)
    {
        List<HistoryTag> tags = Tags(home.Storage, out Manifest manifest);
        return RevisionRoots.Of(manifest, tags);
    }

    private static List<HistoryTag> Tags(string storage, out Manifest manifest)
    {
        LocalObjectStore store = LocalObjectStore.Open(storage);
        manifest = Manifest.Parse(Blocking.Wait(store.ReadAsync(ObjectKey.Manifest, Manifest.MaxLength))!.Bytes.Span);
        byte[] image = HistoryBytes.Read(new ObjectReader(store, CancellationToken.None), manifest.History!.Value);
        Blocking.Wait(store.DisposeAsync());
        using HistoryDatabase history = HistoryDatabase.OpenImage(image, "history");
        return history.ListTags();
    }

    private static void Traverse(string storage, RecordingVisitor visitor, List<NestedCatalog> roots, CancellationToken cancellation)
    {
        using TemporaryFolder folder = new();
        LocalObjectStore store = LocalObjectStore.Open(storage);
        try
        {
            CatalogTraversal traversal = new(
                new ObjectReader(store, cancellation), visitor, new TraversalOptions { Folder = folder.Path, Workers = 3 }, cancellation);
            traversal.Run(roots);
            Assert.Equal(visitor.Visited.Count, traversal.Visited);
            traversal.Run(roots);
            Assert.Equal(visitor.Visited.Count, traversal.Visited);
        }
        finally
        {
            Blocking.Wait(store.DisposeAsync());
            Assert.Empty(Directory.GetFiles(folder.Path));
        }
    }
}
