using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Publishing.Merging;
using Strato.Publishing.Pipeline;
using Strato.Publishing.Synchronizing;
using Strato.Publishing.Tarballs;

namespace Strato.Publishing.Ingest;

/// <summary>
/// Takes an archive into the catalogs entry by entry, in its order: of entries with one path the last counts. Contents are stored by the
/// pipeline meanwhile. It is the visitor of the <see cref="CatalogTree"/>; one thread.
/// </summary>
internal sealed class ArchiveMerge
{
    private readonly CatalogPaths paths;
    private readonly ContentPipeline pipeline;
    private readonly IngestOptions options;
    private readonly ArchiveRows rows;
    private readonly PendingEntries pending = new();
    private readonly HashSet<RepositoryPath> marked = [];

    public ArchiveMerge(CatalogPaths paths, ContentPipeline pipeline, IngestOptions options)
    {
        this.paths = paths;
        this.pipeline = pipeline;
        this.options = options;
        rows = new ArchiveRows(options);
    }

    /// <summary>Removes what is to go, takes the archive in, and makes the catalogs that its markers ask for.</summary>
    public void Run(TarReader archive)
    {
        foreach (RepositoryPath path in options.Removed)
        {
            Remove(path);
        }

        TargetDirectory.Require(paths, options.Target, options.Owner, options.Time);
        while (archive.TryReadEntry(out TarEntry? entry))
        {
            Take(archive, entry);
        }

        // Splitting moves the rows that are there.
        pipeline.Drain();
        if (options.MakesCatalog)
        {
            AddMarker(options.Target);
        }

        foreach (RepositoryPath directory in marked.OrderByDescending(path => path.Bytes.Length))
        {
            paths.MakeNested(directory);
            paths.Leave(directory);
        }

        paths.LeaveAll();
    }

    private void Remove(RepositoryPath path)
    {
        if (paths.Find(path) is { } entry)
        {
            paths.Remove(path, entry);
        }
        else
        {
            options.Warn($"{path} is not there to be deleted");
        }
    }

    private void Take(TarReader archive, TarEntry entry)
    {
        RepositoryPath path = ArchivePath.Resolve(options.Target, entry.Name);
        if (path == options.Target)
        {
            ArchiveRules.RequireDirectory(path, entry);
            paths.UpdateDirectory(path, rows.Describe(path, entry));
            return;
        }

        ArchiveRules.RequireAllowed(path, entry);
        RequireParent(path);
        if (entry.Type == TarEntryType.Directory)
        {
            TakeDirectory(path, entry);
        }
        else if (options.IgnoresSpecialFiles && entry.Type is TarEntryType.Fifo or TarEntryType.CharacterDevice or TarEntryType.BlockDevice)
        {
            options.Warn($"{path} is a special file and is left out");
        }
        else
        {
            TakeOther(archive, path, entry);
        }
    }

    private void TakeDirectory(RepositoryPath path, TarEntry entry)
    {
        pending.Supersede(path);
        CatalogEntry described = rows.Describe(path, entry);
        CatalogEntry? present = paths.Find(path);
        if (present is { IsDirectory: true })
        {
            paths.UpdateDirectory(path, described);
            return;
        }

        if (present is not null)
        {
            paths.Remove(path, present);
        }

        paths.Insert(path, described);
    }

    private void TakeOther(TarReader archive, RepositoryPath path, TarEntry entry)
    {
        WorkingCatalog host = paths.HostOf(path.Parent)!;
        if (paths.Find(path) is { IsDirectory: true } directory)
        {
            ReplaceDirectory(path, directory);
        }

        if (entry.Type == TarEntryType.HardLink)
        {
            TakeLink(path, host, entry);
            return;
        }

        pending.Supersede(path);
        CatalogEntry described = rows.Describe(path, entry);
        if (entry.Type == TarEntryType.File)
        {
            TakeFile(archive, path, host, described);
        }
        else
        {
            host.Put(path.Key, path.Parent.Key, described, []);
        }
    }

    private void TakeFile(TarReader archive, RepositoryPath path, WorkingCatalog host, CatalogEntry described)
    {
        rows.CheckSize(path, described.Size);
        if (path.Name.SequenceEqual(CatalogBalancer.CatalogMarker))
        {
            marked.Add(path.Parent);
        }

        PendingEntry request = pending.Add(path, host, described);
        if (described.Size <= BlockPool.BlockLength)
        {
            byte[] block = pipeline.RentBlock();
            int length = 0;
            int count;
            while ((count = archive.ReadContent(block.AsSpan(length))) > 0)
            {
                length += count;
            }

            pipeline.Submit(request, new Block(block, length));
            return;
        }

        StreamedContent content = pipeline.OpenStream(request, described.Size);
        int read;
        while ((read = archive.ReadContent(content.GetSpan())) > 0)
        {
            content.Advance(read);
        }

        content.EndData();
        content.Keep();
    }

    // A hard link shares what its target is at this point of the archive. As in the genuine publisher it is a file of its own then.
    private void TakeLink(RepositoryPath path, WorkingCatalog host, TarEntry entry)
    {
        RepositoryPath existing = ArchivePath.Resolve(options.Target, entry.LinkTarget);
        if (existing == path)
        {
            return;
        }

        pending.Supersede(path);
        if (path.Name.SequenceEqual(CatalogBalancer.CatalogMarker))
        {
            marked.Add(path.Parent);
        }

        if (pending.TryLink(existing, path, host))
        {
            return;
        }

        if (paths.Find(existing) is not { IsDirectory: false } target)
        {
            throw new StratoException($"cannot ingest the hard link {path}: {existing}, which it names, is no file; nothing was published");
        }

        IReadOnlyList<FileChunk> chunks = target.IsChunked ? paths.HostOf(existing.Parent)!.Chunks(existing.Key, target.Hash.Algorithm) : [];
        host.Put(path.Key, path.Parent.Key, target with { Name = path.Name.ToArray(), Linkcount = 1, HardlinkGroup = 0 }, chunks);
    }

    private void ReplaceDirectory(RepositoryPath path, CatalogEntry directory)
    {
        // In this order: what is no longer on its way has its row.
        bool isEmpty = !pending.ContainsAnyIn(path) && paths.HostOf(path)!.List(path.Key).Count == 0;
        if (!isEmpty)
        {
            throw new StratoException($"cannot ingest {path}: a directory that is not empty is there; remove it before (--delete {path}); nothing was published");
        }

        paths.Remove(path, directory);
    }

    private void RequireParent(RepositoryPath path)
    {
        for (RepositoryPath above = path.Parent; above != options.Target; above = above.Parent)
        {
            if (pending.Contains(above))
            {
                throw new StratoException($"cannot ingest {path}: {above} is a file in the same archive; nothing was published");
            }
        }

        TargetDirectory.Require(paths, path.Parent, options.Owner, options.Time);
    }

    private void AddMarker(RepositoryPath directory)
    {
        marked.Add(directory);
        RepositoryPath path = directory.Append(CatalogBalancer.CatalogMarker);
        if (paths.Find(path) is not null)
        {
            return;
        }

        paths.Insert(path, rows.Marker(path));
    }
}
