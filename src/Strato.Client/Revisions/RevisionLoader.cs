using Strato.Client.Attachments;
using Strato.Client.Namespace;
using Strato.Client.Reading;
using Strato.Client.Requests;
using Strato.Core;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;

namespace Strato.Client.Revisions;

/// <summary>Finds the revision that is to be shown and opens its root catalog. Safe on all threads.</summary>
internal sealed class RevisionLoader
{
    private readonly string repositoryName;
    private readonly IContentSource source;
    private readonly OpenCatalogs openCatalogs;
    private readonly EpochCounter epochs;

    public RevisionLoader(string repositoryName, IContentSource source, OpenCatalogs openCatalogs, EpochCounter epochs)
    {
        this.repositoryName = repositoryName;
        this.source = source;
        this.openCatalogs = openCatalogs;
        this.epochs = epochs;
    }

    /// <summary>
    /// Opens what a manifest and a pin lead to. Throws <see cref="StratoException"/> where the pinned revision does not exist or its root
    /// catalog cannot be had.
    /// </summary>
    public async Task<Revision> LoadAsync(Manifest manifest, RevisionPin pin, CancellationToken cancellation)
    {
        ObjectHash root = await FindRootAsync(manifest, pin, cancellation);
        bool isNewest = root == manifest.RootCatalog;
        return await OpenAsync(root, isNewest ? manifest.RootCatalogSize : 0, isNewest ? manifest.MetaInfo : null, cancellation);
    }

    /// <summary>Opens what a process before this one had found and verified. Throws <see cref="StratoException"/> where its root catalog cannot be had.</summary>
    public Task<Revision> LoadAsync(SavedAttachment saved, CancellationToken cancellation) =>
        ObjectHash.TryParse(saved.RootHash, out ObjectHash root)
            ? OpenAsync(root, rootSize: 0, metaInfo: null, cancellation)
            : throw new StratoException($"cannot show {repositoryName} as it was shown before: {saved.RootHash} is no hash");

    /// <summary>The root catalog that a manifest and a pin lead to. Throws <see cref="StratoException"/> where the pinned revision does not exist.</summary>
    public async Task<ObjectHash> FindRootAsync(Manifest manifest, RevisionPin pin, CancellationToken cancellation) =>
        !pin.IsSet || pin.Revision == manifest.Revision ? manifest.RootCatalog
        : pin.RootHash ?? (await FindTagAsync(manifest, pin, cancellation)).RootCatalog;

    private async Task<Revision> OpenAsync(ObjectHash root, long rootSize, ObjectHash? metaInfo, CancellationToken cancellation)
    {
        CatalogTree tree = new(source, openCatalogs, root, rootSize);
        Want? supplied = null;
        try
        {
            while (TryOpenRoot(tree, supplied) is { } missing)
            {
                supplied?.Dispose();
                supplied = missing;
                await missing.FulfilAsync(cancellation);
            }
        }
        catch (StratoException error)
        {
            tree.Retire();
            throw new StratoException($"cannot open the root catalog of {repositoryName}: {error.Message}", error);
        }
        finally
        {
            supplied?.Dispose();
        }

        CatalogSummary summary = tree.Root.Summary!;
        source.IsVolatile = summary.Properties.IsVolatile;
        return new Revision(epochs.Next(), summary.Properties.Revision, root, metaInfo, tree);
    }

    private byte[] ReadHistory(FileDescriptor file)
    {
        PosixFile.GetStatus(file, out FileStatus status).ThrowIfFailed($"read the history of {repositoryName}");
        if (status.Size > HistoryDatabase.MaxLength)
        {
            throw new StratoException($"cannot read the history of {repositoryName}: it has {status.Size} bytes, more than any that is taken");
        }

        byte[] image = new byte[status.Size];
        PosixFile.ReadFullyAt(file, image, 0, out _).ThrowIfFailed($"read the history of {repositoryName}");
        return image;
    }

    private static Want? TryOpenRoot(CatalogTree tree, Want? supplied)
    {
        Outcome outcome = tree.Lend(tree.Root, supplied, out CatalogLease lease);
        lease.Dispose();
        return outcome.Want;
    }

    private async Task<HistoryTag> FindTagAsync(Manifest manifest, RevisionPin pin, CancellationToken cancellation)
    {
        if (manifest.History is not { } hash)
        {
            throw new StratoException($"cannot show {repositoryName} at {pin}: the repository has no tags");
        }

        CachedObject content = new(new ObjectName(hash, ObjectKind.History), CompressionAlgorithm.Zlib);
        using FileDescriptor file = source.TryOpen(in content, plainSize: -1, out int descriptor)
            ? new FileDescriptor(descriptor)
            : await source.FetchAsync(new ObjectRequest(content), cancellation);
        using HistoryDatabase history = HistoryDatabase.OpenImage(ReadHistory(file), $"history {hash} of {repositoryName}");
        (HistoryTag? tag, string problem) = pin switch
        {
            { Tag: { } name } => (history.Find(name), "there is no such tag"),
            { Revision: { } number } => (history.FindByRevision(number), "no tag names that revision, so it may not exist any more"),
            { Date: { } date } => (history.FindByDate(date.ToUnixTimeSeconds()), "no tag is that old"),
            _ => (history.FindBranchHead(pin.Branch!), "there is no such branch"),
        };
        return tag ?? throw new StratoException($"cannot show {repositoryName} at {pin}: {problem}; 'strato tag {repositoryName} list' shows the tags");
    }
}
