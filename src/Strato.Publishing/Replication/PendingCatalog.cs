using Strato.Core.Catalogs;
using Strato.Core.Hashing;

namespace Strato.Publishing.Replication;

/// <summary>
/// A catalog that is not put yet because not all that it names is there. It counts what is outstanding: its own reading, objects, and catalogs
/// nested in it. Members say what guards them.
/// </summary>
internal sealed class PendingCatalog(NestedCatalog reference)
{
    private int outstanding = 1;
    private string? lacking;

    public NestedCatalog Reference { get; } = reference;

    public ObjectHash Hash => Reference.Hash;

    /// <summary>Who waits for it. Under the pull's gate.</summary>
    public List<PendingCatalog> Parents { get; } = [];

    /// <summary>Completes when it is put, or cannot be, for a root that somebody waits for; null for others. Set under the pull's gate.</summary>
    public TaskCompletionSource? Done { get; set; }

    /// <summary>True where the store has it already, though not surely all that it names.</summary>
    public bool IsInStore { get; set; }

    /// <summary>What is missing below it, for a message; null while nothing is. Any thread.</summary>
    public string? Lacking => Volatile.Read(ref lacking);

    /// <summary>What it says of itself; null before it was read. Written before the reading settles.</summary>
    public CatalogProperties? Properties { get; set; }

    /// <summary>One more thing is outstanding. Only while something else is, so that the count cannot have come to its end.</summary>
    public void Hold() => Interlocked.Increment(ref outstanding);

    /// <summary>One thing less is outstanding; true for the last.</summary>
    public bool Release() => Interlocked.Decrement(ref outstanding) == 0;

    /// <summary>Something that it names cannot be had; what is told first counts.</summary>
    public void Lack(string what) => Interlocked.CompareExchange(ref lacking, what, null);
}
