namespace Strato.Client.Namespace;

/// <summary>
/// Bounds how many catalog files are open at once, over all revisions and attachments: when there are more, those that were
/// not used for the longest time are closed. They are opened again when somebody comes back. Safe on all threads.
/// </summary>
internal sealed class OpenCatalogs
{
    private readonly Lock gate = new();
    private readonly List<MountedCatalog> open = [];
    private readonly int limit;

    /// <summary>Nothing is open.</summary>
    /// <param name="limit">The most files. Each takes a mapping of the file and some 100 KB for each of its readers.</param>
    public OpenCatalogs(int limit) => this.limit = limit;

    /// <summary>Catalogs whose files are open now.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return open.Count;
            }
        }
    }

    /// <summary>The catalogs whose files are open now.</summary>
    public IReadOnlyList<MountedCatalog> List()
    {
        lock (gate)
        {
            return [.. open];
        }
    }

    /// <summary>Notes a catalog whose file has just been opened, and closes others where they are too many.</summary>
    public void Add(MountedCatalog catalog)
    {
        lock (gate)
        {
            open.Add(catalog);
            if (open.Count <= limit)
            {
                return;
            }

            // An eighth at a time, so that a walk over thousands of catalogs does not sort the list for each of them.
            open.Sort((left, right) => left.LastUse.CompareTo(right.LastUse));
            int excess = open.Count - limit + (limit / 8);
            open.RemoveAll(candidate => candidate != catalog && excess > 0 && candidate.TryClose() && excess-- > 0);
        }
    }

    /// <summary>Forgets catalogs that were retired with their revision.</summary>
    public void Remove(IReadOnlySet<MountedCatalog> retired)
    {
        lock (gate)
        {
            open.RemoveAll(retired.Contains);
        }
    }
}
