using System.Text;
using Strato.Core.Paths;
using Strato.Publishing.Operations;
using Strato.Publishing.Transactions;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.Tests.Publishing.Transactions;

/// <summary>A repository whose transactions have scratch directories, and a tree for it with something of everything.</summary>
internal sealed class TransactionSite : IDisposable
{
    public TemporaryHome Home { get; } = TemporaryHome.WithRepository();

    public ScratchViews Views { get; } = new();

    public TransactionPlaces Places => new(Home.Home.Places(TemporaryHome.Name));

    public void Dispose() => Home.Dispose();

    public TransactionRecord Open(string path = "/", (string, string)? template = null) =>
        TransactionOpening.Run(new TransactionOpeningRequest { Repository = TemporaryHome.Name, Path = path, Template = template }, Home.Context(TestContext.Current.CancellationToken), Views);

    public PublishOutcome Publish(bool force = false) =>
        TransactionPublish.Run(new TransactionPublishRequest { Repository = TemporaryHome.Name, Force = force }, Home.Context(TestContext.Current.CancellationToken), Views);

    public bool Abort() => TransactionAbort.Run(TemporaryHome.Name, Home.Context(TestContext.Current.CancellationToken), Views);

    public void PublishTree()
    {
        string source = Home.NewFolder("tree");
        using (TreeBuilder tree = new(source))
        {
            tree.File("top"u8, "top"u8);
            tree.Directory("d"u8);
            tree.File("d/kept"u8, TreeContent.Random(1, 60_000));
            tree.HardLink("d/kept"u8, "d/pair-b"u8);
            tree.HardLink("d/kept"u8, "d/gone"u8);
            tree.Directory("hidden"u8);
            tree.Directory("hidden/below"u8);
            tree.File("hidden/below/f"u8, "f"u8);
            tree.Directory("whole"u8);
            tree.File("whole/f"u8, "f"u8);
            tree.Directory("n"u8);
            tree.File("n/.cvmfscatalog"u8, []);
            tree.File("n/f"u8, "nested"u8);
        }

        Home.Publish(source);
    }

    public static RevisionEntry Entry(RevisionListing revision, string path) =>
        RepositoryPath.TryParse(Encoding.UTF8.GetBytes(path == "/" ? "" : path), out RepositoryPath parsed) ? revision.Entries[parsed] : throw new ArgumentException(path);

    public static string Content(RevisionListing revision, string path) => Encoding.UTF8.GetString(revision.ReadContent(Entry(revision, path)));
}
