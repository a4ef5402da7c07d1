using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Publishing.Merging;
using Strato.Publishing.Pipeline;
using Strato.Publishing.Scanning;
using FileType = Strato.Posix.FileType;

namespace Strato.Publishing.Synchronizing;

/// <summary>
/// Brings a source tree into the catalogs, directory by directory, depth first, in the byte order of names. It is the visitor of the
/// <see cref="CatalogTree"/> and runs on one thread; contents are stored by the pipeline meanwhile.
/// </summary>
internal sealed class TreeSynchronizer
{
    private readonly CatalogTree catalogs;
    private readonly ContentPipeline pipeline;
    private readonly TreeProof? proof;
    private readonly EntryRemoval removal;
    private SourceListing? listing;

    /// <summary>A synchronizer for one walk.</summary>
    /// <param name="catalogs">The catalogs of the revision that is made.</param>
    /// <param name="pipeline">Stores contents.</param>
    /// <param name="source">Asks about the tree.</param>
    /// <param name="oldStamps">The index of the tree, at its beginning.</param>
    /// <param name="newStamps">The index that is made.</param>
    /// <param name="options">How the tree is brought in.</param>
    /// <param name="proof">What the index proves about directories; null where it proves something about files only.</param>
    public TreeSynchronizer(
        CatalogTree catalogs, ContentPipeline pipeline, SourceTree source, StampReader oldStamps, StampWriter newStamps, SynchronizationOptions options, TreeProof? proof = null)
    {
        this.proof = proof;
        this.catalogs = catalogs;
        this.pipeline = pipeline;
        Source = source;
        OldStamps = oldStamps;
        NewStamps = newStamps;
        Options = options;
        Removal = new SubtreeRemoval(catalogs);
        removal = new EntryRemoval(Removal);
    }

    public SynchronizationOptions Options { get; }

    public SourceTree Source { get; }

    public StampReader OldStamps { get; }

    public StampWriter NewStamps { get; }

    public SubtreeRemoval Removal { get; }

    /// <summary>Walks the tree. The root catalog is the caller's to leave.</summary>
    public void Run(WorkingCatalog root)
    {
        if (Options.Target.IsRoot)
        {
            SynchronizeRoot(root);
            return;
        }

        CatalogPaths paths = new(catalogs, root);
        RepositoryPath parent = Options.Target.Parent;
        TargetDirectory.Require(paths, parent, Options.Owner, Options.Time);
        WorkingCatalog catalog = paths.HostOf(parent) ?? throw new InvalidOperationException($"{parent} was made but is not there");
        using (FileDescriptor source = SourceTree.OpenDirectory(null, Options.Source, Options.Source))
        {
            DirectoryPlace above = new(Options.Source, parent, catalog, isNew: false, isWhole: false, keepsMarker: false);
            VisitChild(above, source, Options.Target.Name, Options.Source);
            paths.AddLinks(parent, above.AddedDirectories);
            paths.LeaveAll();
        }
    }

    /// <summary>Has a file's content stored.</summary>
    public void Submit(PendingFile file) => pipeline.Submit(file);

    /// <summary>True where the directory that is being merged has the name in the source.</summary>
    public bool IsInSource(ReadOnlySpan<byte> name) => listing!.Contains(name);

    /// <summary>Reports or refuses a file that is too large.</summary>
    public void CheckSize(RepositoryPath directory, CatalogEntry entry)
    {
        if (Options.FileLimit > 0 && entry.IsRegularFile && entry.Size > Options.FileLimit)
        {
            string message = $"{directory.Append(entry.Name)} has {entry.Size} bytes, more than {Options.FileLimit}; CernVM-FS works best with small files";
            if (Options.EnforcesLimits)
            {
                throw new StratoException($"{message}: remove it or raise CVMFS_FILE_MBYTE_LIMIT");
            }

            Options.Warn(message);
        }
    }

    private void SynchronizeRoot(WorkingCatalog root)
    {
        PathKey key = RepositoryPath.Root.Key;
        using (FileDescriptor source = SourceTree.OpenDirectory(null, Options.Source, Options.Source))
        {
            if (SourceTree.HasMarker(source, Options.Source, CatalogBalancer.CatalogMarker))
            {
                throw new StratoException(
                    $"cannot publish {BytesText.Escape(Options.Source)} as the repository's root: it has a .cvmfscatalog, and the root has its own catalog anyway; remove that file");
            }

            DateTime seen = DateTime.UtcNow;
            PosixFile.GetStatus(source, out FileStatus status).ThrowIfFailed("read", Options.Source);
            bool isWhole = Options.Rules.IsWhole(source, Options.Source);
            DirectoryPlace place = new(Options.Source, RepositoryPath.Root, root, isNew: false, isWhole, keepsMarker: false);
            CatalogEntry present = root.Find(key) ?? throw new StratoException("the root catalog has no root directory; run 'strato check'");
            Visit(place, source, ContentStamp.Of(status, seen, ContentStamp.NoContent));
            CatalogEntry entry = Options.Rules.Keep(present, Source.DescribeDirectory(source, Options.Source, [], status));
            root.Update(key, entry with { Linkcount = (uint)(present.Linkcount + place.AddedDirectories) });
        }
    }

    private ReadOnlySpan<byte> Relative(RepositoryPath path) => path.Bytes[Options.Target.Bytes.Length..];

    // A directory that has not changed, but one below it has.
    private void Pass(DirectoryPlace place, FileDescriptor source)
    {
        byte[] directory = Relative(place.Path).ToArray();
        OldStamps.CopyDirectory(directory, NewStamps);
        foreach (byte[] name in proof!.NamesOnTheWay(directory))
        {
            byte[] child = Relative(place.Path.Append(name)).ToArray();
            OldStamps.CopyBelow(directory, child, NewStamps);
            Enter(place, source, name);
            OldStamps.Skip(child);
        }

        OldStamps.CopyBelow(directory, default, NewStamps);
    }

    private void Enter(DirectoryPlace parent, FileDescriptor source, byte[] name)
    {
        byte[] child = SourceTree.Join(parent.Source, name);
        using FileDescriptor directory = SourceTree.OpenDirectory(source, name, child);
        VisitChild(parent, directory, name, child);
    }

    private bool IsUnchanged(DirectoryPlace place, byte[] name)
    {
        if (proof is null || place.IsNew)
        {
            return false;
        }

        ReadOnlySpan<byte> child = Relative(place.Path.Append(name));
        return !proof.IsOnTheWay(child) && OldStamps.HasDirectory(child);
    }

    private void Visit(DirectoryPlace place, FileDescriptor source, in ContentStamp own)
    {
        pipeline.Cancellation.ThrowIfCancellationRequested();
        if (proof is not null && !place.IsNew && !proof.IsChanged(Relative(place.Path)) && OldStamps.HasDirectory(Relative(place.Path)))
        {
            Pass(place, source);
            return;
        }

        DateTime scanned = DateTime.UtcNow;
        SourceListing names = SourceListing.Read(source, place.Source);
        RepositoryPath path = place.Path;
        OldStamps.EnterDirectory(Relative(path));
        NewStamps.BeginDirectory(Relative(path), own);
        listing = names;
        DirectoryMerge merge = new(this, place, scanned);
        List<byte[]> directories = [];
        List<byte[]> removals = [];
        for (int index = 0; index < names.Count; index++)
        {
            FileStatus status = default;
            bool isDirectory = names.TypeOf(index) == FileType.Directory;
            if (!isDirectory)
            {
                status = SourceTree.Status(source, names[index], place.Source);
                isDirectory = status.Type == FileType.Directory;
            }

            if (isDirectory)
            {
                directories.Add(names[index].ToArray());
            }
            else if (Options.Rules.IsOrder(names[index], status, out ReadOnlySpan<byte> removed))
            {
                // What is there under the name as well takes its place anyway.
                if (removed.SequenceEqual(names[index]) || !names.Contains(removed))
                {
                    removals.Add(removed.ToArray());
                }
            }
            else
            {
                merge.Add(names[index], status);
            }
        }

        foreach (byte[] name in removals)
        {
            removal.RemoveNamed(place, merge, name);
        }

        merge.Finish();
        if (place.IsWhole && !place.IsNew)
        {
            removal.RemoveMissing(place, names);
        }

        listing = null;
        foreach (byte[] name in directories)
        {
            if (IsUnchanged(place, name))
            {
                ReadOnlySpan<byte> child = Relative(path.Append(name));
                OldStamps.CopyDirectory(child, NewStamps);
                OldStamps.CopyBelow(child, default, NewStamps);
            }
            else
            {
                Enter(place, source, name);
            }
        }
    }

    private void VisitChild(DirectoryPlace parent, FileDescriptor directory, ReadOnlySpan<byte> name, byte[] source)
    {
        DateTime seen = DateTime.UtcNow;
        PosixFile.GetStatus(directory, out FileStatus status).ThrowIfFailed("read", source);
        RepositoryPath path = parent.Path.Append(name);
        RequirePublishable(path);
        PathKey key = path.Key;
        CatalogEntry? present = parent.IsNew ? null : parent.Catalog.Find(key);
        if (present?.IsDirectory == false)
        {
            parent.Catalog.Remove(key);
            present = null;
        }

        if (present?.IsBindMountPoint == true)
        {
            throw new StratoException($"cannot publish into {path}: another catalog is attached there; publish elsewhere or detach it");
        }

        bool isNew = present is null;
        CatalogEntry entry = Source.DescribeDirectory(directory, source, name, status) with { Linkcount = present?.Linkcount ?? 2 };
        entry = present is null ? entry : Options.Rules.Keep(present, entry);
        if (isNew)
        {
            parent.Catalog.Insert(key, parent.Key, entry, []);
            parent.AddedDirectories++;
        }

        bool isWhole = parent.IsWhole || isNew || Options.Rules.IsWhole(directory, source);
        NestedPlace nesting = new(catalogs, Options, parent.Catalog, path, directory, source, isWhole);
        WorkingCatalog catalog = nesting.Enter(present);
        DirectoryPlace place = new(source, path, catalog, isNew, isWhole, nesting.KeepsMarker);
        Visit(place, directory, ContentStamp.Of(status, seen, ContentStamp.NoContent));
        if (!isNew || place.AddedDirectories != 0)
        {
            nesting.Update(key, entry with { Linkcount = (uint)(entry.Linkcount + place.AddedDirectories) });
        }

        nesting.Leave();
    }

    private static void RequirePublishable(RepositoryPath path)
    {
        if (path.Depth == 1 && path.Name.SequenceEqual(".cvmfs"u8))
        {
            throw new StratoException("cannot publish a directory /.cvmfs: the name is reserved for the repository's own use; leave it out of the tree");
        }
    }
}
