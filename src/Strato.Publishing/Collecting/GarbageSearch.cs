using System.Globalization;
using Strato.Core.Hashing;
using Strato.Publishing.Objects;
using Strato.Publishing.Traversal;
using Strato.Storage.Objects;

namespace Strato.Publishing.Collecting;

/// <summary>Holds what storage has against what is needed, a 256th of both at a time. One thread.</summary>
/// <param name="subject">What is searched.</param>
/// <param name="needed">What stays.</param>
/// <param name="graceSince">What is younger stays, too.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class GarbageSearch(ICollectable subject, ObjectNameSet needed, long graceSince, CancellationToken cancellation)
{
    private const int PrefixCount = 256;

    private long seen;

    /// <summary>Objects that storage has. Safe on any thread.</summary>
    public long Seen => Volatile.Read(ref seen);

    /// <summary>Names that are needed.</summary>
    public long Needed { get; private set; }

    /// <summary>Objects that nothing needs but that are too young to go: somebody may be about to name them.</summary>
    public long Young { get; private set; }

    /// <summary>Lists what nothing needs.</summary>
    public void Run(CondemnedList condemned)
    {
        using IEnumerator<ObjectName> names = needed.ReadAll().GetEnumerator();
        bool isMore = names.MoveNext();
        for (int prefix = 0; prefix < PrefixCount; prefix++)
        {
            NameTable table = new(16);
            for (; isMore && names.Current.Hash.Bytes[0] == prefix; isMore = names.MoveNext())
            {
                table.Add(names.Current);
            }

            Needed += table.Count;
            SearchPrefix(string.Create(CultureInfo.InvariantCulture, $"{ObjectKey.DataPrefix}{prefix:x2}/"), table, condemned);
        }
    }

    private void SearchPrefix(string prefix, NameTable table, CondemnedList condemned)
    {
        IAsyncEnumerator<ObjectListing> listing = subject.Store.ListAsync(prefix, cancellation).GetAsyncEnumerator(cancellation);
        try
        {
            while (Blocking.Wait(listing.MoveNextAsync()))
            {
                // What is no object's name is somebody else's.
                if (!ObjectKey.TryParse(listing.Current.Key, out ObjectName name))
                {
                    continue;
                }

                Interlocked.Increment(ref seen);
                if (table.Contains(name))
                {
                    continue;
                }

                // In a replica no catalog stays whose children may go. It came with a snapshot that was interrupted, which fetches it again.
                bool mustGo = subject.IsReplica && name.Kind == ObjectKind.Catalog;
                if (!mustGo && listing.Current.Status.LastModified.ToUnixTimeSeconds() >= graceSince)
                {
                    Young++;
                }
                else
                {
                    condemned.Add(new CondemnedObject(name, listing.Current.Status.Length));
                }
            }
        }
        finally
        {
            Blocking.Wait(listing.DisposeAsync());
        }
    }
}
