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
    private SourceListing? listing;

    public TreeSynchronizer(
        CatalogTree catalogs, ContentPipeline pipeline, SourceTree source, StampReader oldStamps, StampWriter newStamps, SynchronizationOptions options)
    {
        this.catalogs = catalogs;
        this.pipeline = pipeline;
        Source = source;
        OldStamps = oldStamps;
        NewStamps = newStamps;
        Options = options;
        Removal = new SubtreeRemoval(catalogs);
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
            PosixFile.GetStatus(source, out FileStatus status).ThrowIfFailed("read", Options.Source);
            DirectoryPlace above = new(Options.Source, parent, catalog, isNew: false, isWhole: false, keepsMarker: false);
            VisitChild(above, source, Options.Target.Name, Options.Source, status);
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

            PosixFile.GetStatus(source, out FileStatus status).ThrowIfFailed("read", Options.Source);
            bool isWhole = Options.Rules.IsWhole(source, Options.Source);
            DirectoryPlace place = new(Options.Source, RepositoryPath.Root, root, isNew: false, isWhole, keepsMarker: false);
            CatalogEntry present = root.Find(key) ?? throw new StratoException("the root catalog has no root directory; run 'strato check'");
            Visit(place, source);
            CatalogEntry entry = Options.Rules.Keep(present, Source.DescribeDirectory(source, Options.Source, [], status));
            root.Update(key, entry with { Linkcount = (uint)(present.Linkcount + place.AddedDirectories) });
        }
    }

    private void Visit(DirectoryPlace place, FileDescriptor source)
    {
        pipeline.Cancellation.ThrowIfCancellationRequested();
        DateTime scanned = DateTime.UtcNow;
        SourceListing names = SourceListing.Read(source, place.Source);
        RepositoryPath path = place.Path;
        OldStamps.EnterDirectory(path.Bytes[Options.Target.Bytes.Length..]);
        NewStamps.BeginDirectory(path.Bytes[Options.Target.Bytes.Length..]);
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
                removals.Add(removed.ToArray());
            }
            else
            {
                merge.Add(names[index], status);
            }
        }

        foreach (byte[] name in removals)
        {
            RemoveNamed(place, merge, name);
        }

        merge.Finish();
        if (place.IsWhole && !place.IsNew)
        {
            RemoveMissing(place, names);
        }

        listing = null;
        foreach (byte[] name in directories)
        {
            byte[] child = SourceTree.Join(place.Source, name);
            using FileDescriptor directory = SourceTree.OpenDirectory(source, name, child);
            PosixFile.GetStatus(directory, out FileStatus status).ThrowIfFailed("read", child);
            VisitChild(place, directory, name, child, status);
        }
    }

    // Takes away what the source says is gone. A name that is no name, or that nothing has, orders nothing.
    private void RemoveNamed(DirectoryPlace place, DirectoryMerge merge, byte[] name)
    {
        if (place.IsNew || listing!.Contains(name) || !RepositoryPath.IsValidName(name))
        {
            return;
        }

        if (place.Catalog.Find(place.KeyOf(name)) is { } entry && IsRemovable(place, entry))
        {
            Remove(place, entry);
            if (entry.HardlinkGroup > 0)
            {
                merge.LeaveGroup();
            }
        }
    }

    private void RemoveMissing(DirectoryPlace place, SourceListing names)
    {
        foreach (CatalogEntry entry in place.Catalog.List(place.Key))
        {
            if (!names.Contains(entry.Name) && IsRemovable(place, entry))
            {
                Remove(place, entry);
            }
        }
    }

    private void Remove(DirectoryPlace place, CatalogEntry entry)
    {
        Removal.Remove(place.Catalog, place.Path.Append(entry.Name), entry);
        place.AddedDirectories -= entry.IsDirectory ? 1 : 0;
    }

    private static bool IsRemovable(DirectoryPlace place, CatalogEntry entry)
    {
        bool isKeptMarker = place.KeepsMarker
            && (entry.Name.AsSpan().SequenceEqual(CatalogBalancer.CatalogMarker) || entry.Name.AsSpan().SequenceEqual(CatalogBalancer.AutomaticMarker));
        return !isKeptMarker && !entry.IsHidden;
    }

    private void VisitChild(DirectoryPlace parent, FileDescriptor directory, ReadOnlySpan<byte> name, byte[] source, in FileStatus status)
    {
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
        Visit(place, directory);
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
