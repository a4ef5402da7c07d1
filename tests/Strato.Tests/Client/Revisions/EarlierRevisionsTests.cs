using Strato.Client.Namespace;
using Strato.Client.Requests;
using Strato.Client.Revisions;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Testing.Golden;

namespace Strato.Tests.Client.Revisions;

public sealed class EarlierRevisionsTests : IDisposable
{
    private readonly GoldenContentSource source = new(GoldenRepository.Rmd160);
    private readonly OpenCatalogs openCatalogs = new(100);
    private readonly EarlierRevisions earlier = new();
    private readonly CatalogTree current;

    public EarlierRevisionsTests() => current = new CatalogTree(source, openCatalogs, Root);

    private static ObjectHash Root { get; } = ReadRoot();

    [Fact]
    public void Revisions_are_found_by_their_epochs_and_opened_once()
    {
        Add(7);
        Add(9);

        CatalogTree? found = earlier.Find(7, current);

        Assert.Equal(Root, found!.Root.Hash);
        Assert.Same(found, earlier.Find(7, current));
        Assert.NotSame(found, earlier.Find(9, current));
        Assert.Null(earlier.Find(8, current));
        ushort mark = new Revision(1, 1, Root, MetaInfo: null, current).ListingMark;
        Assert.Same(earlier.Find(9, current), earlier.FindMarked(mark, current));
        Assert.Null(earlier.FindMarked((ushort)(mark ^ 1), current));
    }

    [Fact]
    public void A_successor_finds_what_was_saved()
    {
        Add(7);
        Add(9);
        EarlierRevisions successor = new();

        successor.Restore([.. earlier.Save(), new SavedRevision(11, "no hash")]);

        Assert.Equal([7u, 9u], earlier.Save().Select(revision => revision.Epoch));
        Assert.Equal(earlier.Save(), successor.Save());
        Assert.Equal(Root, successor.Find(7, current)!.Root.Hash);
        Assert.Null(successor.Find(11, current));
        successor.Retire();
    }

    [Fact]
    public void Few_are_open_at_once_and_none_after_a_switch()
    {
        for (uint epoch = 1; epoch <= 6; epoch++)
        {
            Add(epoch);
        }

        CatalogTree first = Open(1);
        CatalogTree second = Open(2);
        Open(3);
        Open(4);

        Assert.Equal(Errno.ESTALE, Lend(first));
        Assert.Equal(Errno.None, Lend(second));
        Assert.NotSame(first, Open(1));
        Assert.Equal(3, openCatalogs.Count);
        Add(7);
        Assert.Equal(0, openCatalogs.Count);
        Assert.Equal(Errno.None, Lend(Open(6)));
        earlier.Retire();
        Assert.Equal(0, openCatalogs.Count);
    }

    [Fact]
    public void Oldest_are_forgotten()
    {
        for (uint epoch = 1; epoch <= 1000; epoch++)
        {
            Add(epoch);
        }

        Assert.Null(earlier.Find(500, current));
        Assert.NotNull(earlier.Find(900, current));
    }

    public void Dispose()
    {
        earlier.Retire();
        source.Dispose();
    }

    private static ObjectHash ReadRoot()
    {
        Assert.True(ObjectHash.TryParse(File.ReadLines(GoldenRepository.Rmd160.Expected("trunk", "root")).First().Split(' ')[^1], out ObjectHash root));
        return root;
    }

    private void Add(uint epoch) => earlier.Add(new Revision(epoch, epoch, Root, MetaInfo: null, current));

    private CatalogTree Open(uint epoch)
    {
        CatalogTree tree = earlier.Find(epoch, current)!;
        Assert.Equal(Errno.None, Lend(tree));
        return tree;
    }

    private static Errno Lend(CatalogTree tree)
    {
        Want? supplied = null;
        while (true)
        {
            Outcome outcome = tree.Lend(tree.Root, supplied, out CatalogLease lease);
            lease.Dispose();
            supplied?.Dispose();
            if (outcome.Want is null)
            {
                return outcome.Errno;
            }

            supplied = outcome.Want;
            supplied.FulfilAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
    }
}
