using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Publishing.Merging;

/// <summary>
/// One catalog of a <see cref="CatalogTree"/> while it is edited. It counts who may still change it: the visitor that opened it, content on
/// its way, child catalogs. When the last of them is gone it is sealed by whoever that was. Rows may be changed from any thread.
/// </summary>
internal sealed class WorkingCatalog
{
    /// <summary>The rows of about 2 MiB.</summary>
    private const int ManyEntries = 8192;

    private readonly CatalogTree tree;
    private readonly Lock gate = new();
    private readonly CatalogWriter writer;
    private Dictionary<RepositoryPath, NestedCatalog>? references;
    private int holders = 1;

    public WorkingCatalog(CatalogTree tree, WorkingCatalog? parent, NestedCatalog origin, CatalogWriter writer, byte[] file)
    {
        this.tree = tree;
        this.writer = writer;
        Parent = parent;
        Origin = origin;
        File = file;
        IsChanged = origin.Hash.IsNull;
        parent?.Hold();
    }

    /// <summary>The catalog that refers to this one; null for the root.</summary>
    public WorkingCatalog? Parent { get; }

    /// <summary>The catalog that this one was taken from; its hash is null for a new one.</summary>
    public NestedCatalog Origin { get; }

    /// <summary>Where it belongs.</summary>
    public RepositoryPath Path => Origin.Path;

    /// <summary>The working file.</summary>
    public byte[] File { get; }

    /// <summary>True once something differs from <see cref="Origin"/>.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>True where the catalog takes one of the places for those that nobody visits any more.</summary>
    public bool HasPlace { get; set; }

    /// <summary>True while content or a catalog below is waited for, besides the visitor.</summary>
    public bool IsAwaited => Volatile.Read(ref holders) > 1;

    /// <summary>Makes sure that the catalog is not sealed until <see cref="Release"/>.</summary>
    public void Hold() => Interlocked.Increment(ref holders);

    /// <summary>Ends a hold. The last one seals the catalog, on the calling thread.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref holders) == 0)
        {
            tree.Seal(this);
        }
    }

    /// <summary>Ends a hold of somebody who is going to seal the catalog itself.</summary>
    public void Unhold() => Interlocked.Decrement(ref holders);

    public CatalogEntry? Find(PathKey key)
    {
        lock (gate)
        {
            return writer.Content.TryLookup(key, out CatalogEntry? entry) ? entry : null;
        }
    }

    /// <summary>The chunks of a file by rising offset.</summary>
    public IReadOnlyList<FileChunk> Chunks(PathKey key, HashAlgorithm algorithm)
    {
        lock (gate)
        {
            return writer.Content.Chunks(key, algorithm);
        }
    }

    /// <summary>A directory's entries, in no order that matters.</summary>
    public IReadOnlyList<CatalogEntry> List(PathKey directory)
    {
        lock (gate)
        {
            return writer.Content.List(directory);
        }
    }

    /// <summary>The reference to the nested catalog at a path; null where there is none.</summary>
    public NestedCatalog? Nested(RepositoryPath path)
    {
        lock (gate)
        {
            references ??= writer.Content.NestedCatalogs.ToDictionary(reference => reference.Path);
            return references.GetValueOrDefault(path);
        }
    }

    public uint NextHardlinkGroup()
    {
        lock (gate)
        {
            return writer.NextHardlinkGroup();
        }
    }

    /// <summary>Adds an entry that is not there.</summary>
    public void Insert(PathKey key, PathKey parent, CatalogEntry entry, IReadOnlyList<FileChunk> chunks)
    {
        lock (gate)
        {
            IsChanged = true;
            writer.Insert(key, parent, entry);
            AddChunks(key, chunks);
        }
    }

    /// <summary>Makes an entry what is given, be it there or not. Nothing changes where it is so already.</summary>
    public void Put(PathKey key, PathKey parent, CatalogEntry entry, IReadOnlyList<FileChunk> chunks)
    {
        lock (gate)
        {
            if (!writer.Content.TryLookup(key, out CatalogEntry? present))
            {
                IsChanged = true;
                writer.Insert(key, parent, entry);
                AddChunks(key, chunks);
                return;
            }

            if (!present.Equals(entry))
            {
                IsChanged = true;
                writer.Update(key, entry);
            }

            if ((present.IsChunked || chunks.Count > 0) && !writer.Content.Chunks(key, entry.Hash.Algorithm).SequenceEqual(chunks))
            {
                IsChanged = true;
                writer.RemoveChunks(key);
                AddChunks(key, chunks);
            }
        }
    }

    /// <summary>Changes everything about an entry but its chunks, where that is a change.</summary>
    public void Update(PathKey key, CatalogEntry entry)
    {
        lock (gate)
        {
            if (!writer.Content.TryLookup(key, out CatalogEntry? present) || !present.Equals(entry))
            {
                IsChanged = true;
                writer.Update(key, entry);
            }
        }
    }

    /// <summary>Removes one entry and its chunks; what is below it is the caller's business.</summary>
    public void Remove(PathKey key)
    {
        lock (gate)
        {
            IsChanged = true;
            writer.Remove(key);
        }
    }

    /// <summary>Runs something with the writer that changes the catalog.</summary>
    public void Edit(Action<CatalogWriter> edit)
    {
        lock (gate)
        {
            IsChanged = true;
            references = null;
            edit(writer);
        }
    }

    /// <summary>Reads something through the writer.</summary>
    public T Read<T>(Func<CatalogWriter, T> read)
    {
        lock (gate)
        {
            return read(writer);
        }
    }

    /// <summary>Gives memory back where many rows take much of it.</summary>
    public void ReleaseMemory()
    {
        lock (gate)
        {
            if (writer.Counters.Self.Entries > ManyEntries)
            {
                writer.ReleaseMemory();
            }
        }
    }

    /// <summary>Closes the working file without keeping what was written.</summary>
    public void Close() => writer.Dispose();

    private void AddChunks(PathKey key, IReadOnlyList<FileChunk> chunks)
    {
        for (int index = 0; index < chunks.Count; index++)
        {
            writer.AddChunk(key, chunks[index]);
        }
    }
}
