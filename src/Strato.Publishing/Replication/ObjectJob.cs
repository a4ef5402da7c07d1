using Strato.Core.Hashing;

namespace Strato.Publishing.Replication;

/// <summary>An object that is to be there, and the catalogs that wait for it. The lists are under the queue's gate.</summary>
internal sealed class ObjectJob(ObjectName name, long maximumLength, PendingCatalog owner)
{
    private List<PendingCatalog>? others;

    public ObjectName Name => name;

    /// <summary>The most stored bytes that it may have.</summary>
    public long MaximumLength => maximumLength;

    public PendingCatalog Owner => owner;

    public IReadOnlyList<PendingCatalog> Others => others ?? [];

    /// <summary>Has one more catalog wait; false where it does already.</summary>
    public bool TryAdd(PendingCatalog catalog)
    {
        if (catalog == owner || (others is not null && others[^1] == catalog))
        {
            return false;
        }

        (others ??= []).Add(catalog);
        return true;
    }
}
