using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Publishing.Merging;
using Strato.Publishing.Pipeline;

namespace Strato.Publishing.Ingest;

/// <summary>
/// A file of the archive whose content is on its way, with the hard links that were come by meanwhile. Guarded by the
/// <see cref="PendingEntries"/> that it is in. Holds its catalogs until then.
/// </summary>
internal sealed class PendingEntry : ContentRequest
{
    private readonly PendingEntries entries;
    private readonly List<(RepositoryPath Path, WorkingCatalog Host)> names = [];

    public PendingEntry(PendingEntries entries, CatalogEntry described)
    {
        this.entries = entries;
        Described = described;
    }

    /// <summary>The entry without its content.</summary>
    public CatalogEntry Described { get; }

    /// <summary>The names that the file is to have.</summary>
    public IReadOnlyList<(RepositoryPath Path, WorkingCatalog Host)> Names => names;

    /// <summary>Adds a name and holds its catalog.</summary>
    public void AddName(RepositoryPath path, WorkingCatalog host)
    {
        host.Hold();
        names.Add((path, host));
    }

    /// <summary>Takes a name away, which something later in the archive has taken.</summary>
    public void RemoveName(RepositoryPath path)
    {
        int index = names.FindIndex(name => name.Path == path);
        WorkingCatalog host = names[index].Host;
        names.RemoveAt(index);
        host.Release();
    }

    /// <inheritdoc/>
    public override void Complete(in StoredContent content) => entries.Complete(this, content);
}
