using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Publishing.Merging;
using Strato.Publishing.Pipeline;

namespace Strato.Publishing.Ingest;

/// <summary>
/// The files of an archive whose content is on its way, by their paths. What comes later in the archive under the same path wins, whichever
/// content is stored first. Any thread.
/// </summary>
internal sealed class PendingEntries
{
    private readonly Lock gate = new();
    private readonly Dictionary<RepositoryPath, PendingEntry> byPath = [];

    /// <summary>Adds a file under its first name.</summary>
    public PendingEntry Add(RepositoryPath path, WorkingCatalog host, CatalogEntry described)
    {
        PendingEntry entry = new(this, described);
        entry.AddName(path, host);
        lock (gate)
        {
            byPath.Add(path, entry);
        }

        return entry;
    }

    /// <summary>True where a file of this path is on its way.</summary>
    public bool Contains(RepositoryPath path)
    {
        lock (gate)
        {
            return byPath.ContainsKey(path);
        }
    }

    /// <summary>True where any file in a directory is on its way.</summary>
    public bool ContainsAnyIn(RepositoryPath directory)
    {
        lock (gate)
        {
            return byPath.Keys.Any(path => path.Parent == directory);
        }
    }

    /// <summary>Gives a file that is on its way one more name; false where none of that path is.</summary>
    public bool TryLink(RepositoryPath existing, RepositoryPath path, WorkingCatalog host)
    {
        lock (gate)
        {
            if (!byPath.TryGetValue(existing, out PendingEntry? entry))
            {
                return false;
            }

            entry.AddName(path, host);
            byPath.Add(path, entry);
            return true;
        }
    }

    /// <summary>Lets whatever is on its way under a path not get it.</summary>
    public void Supersede(RepositoryPath path)
    {
        lock (gate)
        {
            if (byPath.Remove(path, out PendingEntry? entry))
            {
                entry.RemoveName(path);
            }
        }
    }

    /// <summary>Writes the rows of a file that is stored.</summary>
    public void Complete(PendingEntry entry, in StoredContent content)
    {
        CatalogEntry row = entry.Described with
        {
            Size = content.Size,
            Hash = content.Hash,
            Compression = content.Compression,
            IsChunked = content.Chunks.Count > 0,
        };
        List<WorkingCatalog> hosts = [];
        lock (gate)
        {
            foreach ((RepositoryPath path, WorkingCatalog host) in entry.Names)
            {
                byPath.Remove(path);
                host.Put(path.Key, path.Parent.Key, row with { Name = path.Name.ToArray() }, content.Chunks);
                hosts.Add(host);
            }
        }

        hosts.ForEach(host => host.Release());
    }
}
