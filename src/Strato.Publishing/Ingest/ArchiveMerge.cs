using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Publishing.Merging;
using Strato.Publishing.Pipeline;
using Strato.Publishing.Synchronizing;
using Strato.Publishing.Tarballs;
using FileType = Strato.Core.Catalogs.FileType;
using XattrList = Strato.Core.Catalogs.ExtendedAttributes;

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
    private readonly PendingEntries pending = new();
    private readonly HashSet<RepositoryPath> marked = [];

    public ArchiveMerge(CatalogPaths paths, ContentPipeline pipeline, IngestOptions options)
    {
        this.paths = paths;
        this.pipeline = pipeline;
        this.options = options;
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
            RequireDirectory(path, entry);
            paths.UpdateDirectory(path, Describe(path, entry));
            return;
        }

        RequireAllowed(path, entry);
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
        CatalogEntry described = Describe(path, entry);
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
        CatalogEntry described = Describe(path, entry);
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
        CheckSize(path, described.Size);
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
        bool isEmpty = paths.HostOf(path)!.List(path.Key).Count == 0 && !pending.ContainsAnyIn(path);
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

    private static void RequireAllowed(RepositoryPath path, TarEntry entry)
    {
        if (path.Depth >= 1 && path.Bytes.StartsWith("/.cvmfs"u8) && (path.Bytes.Length == 7 || path.Bytes[7] == '/'))
        {
            throw new StratoException($"cannot ingest {path}: /.cvmfs is reserved for the repository's own use; nothing was published");
        }

        if (path.Name.SequenceEqual(CatalogBalancer.CatalogMarker))
        {
            if (path.Parent.IsRoot)
            {
                throw new StratoException("cannot ingest /.cvmfscatalog: the root has its own catalog anyway; nothing was published");
            }

            if (entry.Type is not (TarEntryType.File or TarEntryType.HardLink))
            {
                throw new StratoException($"cannot ingest {path}: a catalog marker must be a regular file; nothing was published");
            }
        }
    }

    private static void RequireDirectory(RepositoryPath path, TarEntry entry)
    {
        if (entry.Type != TarEntryType.Directory)
        {
            throw new StratoException($"cannot ingest the entry '{BytesText.Escape(entry.Name)}': it would replace {path} itself; nothing was published");
        }
    }

    private void CheckSize(RepositoryPath path, long size)
    {
        if (options.FileLimit > 0 && size > options.FileLimit)
        {
            string message = $"{path} has {size} bytes, more than {options.FileLimit}; CernVM-FS works best with small files";
            if (options.EnforcesLimits)
            {
                throw new StratoException($"{message}: leave it out or raise CVMFS_FILE_MBYTE_LIMIT");
            }

            options.Warn(message);
        }
    }

    private void AddMarker(RepositoryPath directory)
    {
        marked.Add(directory);
        RepositoryPath path = directory.Append(CatalogBalancer.CatalogMarker);
        if (paths.Find(path) is not null)
        {
            return;
        }

        (Core.Hashing.ObjectHash hash, Core.Compression.CompressionAlgorithm compression) = options.EmptyFile();
        paths.Insert(path, new CatalogEntry
        {
            Name = path.Name.ToArray(),
            Mode = (uint)FileType.Regular | 0x1a4,
            Uid = options.Owner.Uid,
            Gid = options.Owner.Gid,
            Mtime = options.Time,
            Hash = hash,
            Compression = compression,
        });
    }

    private CatalogEntry Describe(RepositoryPath path, TarEntry entry)
    {
        if (entry.Uid is < 0 or > uint.MaxValue || entry.Gid is < 0 or > uint.MaxValue)
        {
            throw new StratoException($"cannot ingest {path}: its owner {entry.Uid}:{entry.Gid} is out of range; nothing was published");
        }

        FileType type = TypeOf(entry.Type);
        if (type == FileType.SymbolicLink && entry.LinkTarget.Length is 0 or > CatalogRow.MaxSymlinkLength)
        {
            throw new StratoException($"cannot ingest the symbolic link {path}: its target is empty or too long; nothing was published");
        }

        return new CatalogEntry
        {
            Name = path.Name.ToArray(),
            Mode = (uint)type | (uint)entry.Permissions,
            Uid = (uint)entry.Uid,
            Gid = (uint)entry.Gid,
            Size = type switch
            {
                FileType.Directory => CatalogEntry.DirectorySize,
                FileType.SymbolicLink => entry.LinkTarget.Length,
                FileType.CharacterDevice or FileType.BlockDevice => (long)FileStatus.MakeDevice((uint)entry.DeviceMajor, (uint)entry.DeviceMinor),
                _ => entry.Size,
            },
            Mtime = entry.Mtime,
            MtimeNanoseconds = options.IncludesNanoseconds ? entry.MtimeNanoseconds : CatalogEntry.NoNanoseconds,
            Symlink = type == FileType.SymbolicLink ? entry.LinkTarget : [],
            Linkcount = type == FileType.Directory ? 2u : 1u,
            Xattrs = options.IncludesXattrs ? XattrsOf(path, entry) : XattrList.Empty,
        };
    }

    private XattrList XattrsOf(RepositoryPath path, TarEntry entry)
    {
        List<ExtendedAttribute> attributes = [];
        foreach ((byte[] name, byte[] value) in entry.Xattrs)
        {
            if (XattrList.CanHold(name, value) && attributes.Count < XattrList.MaxCount)
            {
                attributes.Add(new ExtendedAttribute(name, value));
            }
            else
            {
                options.Warn($"extended attribute {BytesText.Escape(name)} of {path} is left out: it does not fit a catalog");
            }
        }

        return attributes.Count == 0 ? XattrList.Empty : XattrList.Create(attributes);
    }

    private static FileType TypeOf(TarEntryType type) => type switch
    {
        TarEntryType.Directory => FileType.Directory,
        TarEntryType.SymbolicLink => FileType.SymbolicLink,
        TarEntryType.CharacterDevice => FileType.CharacterDevice,
        TarEntryType.BlockDevice => FileType.BlockDevice,
        TarEntryType.Fifo => FileType.Fifo,
        _ => FileType.Regular,
    };
}
