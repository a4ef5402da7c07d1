using Strato.Core.Hashing;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Statistics;

/// <summary>Goes over the ledger, asks the store for the size of each object once, several at a time, and adds up. One thread.</summary>
internal sealed class Settlement(SubtreeTable subtrees, int revisions)
{
    private const int Batch = 1024;

    private readonly ContentSizes[] content = new ContentSizes[subtrees.Count];
    private readonly ContentSizes[] own = new ContentSizes[subtrees.Count];
    private readonly long[] lastObject = new long[subtrees.Count];
    private readonly ContentSizes[] newContent = new ContentSizes[revisions];
    private readonly ContentSizes[] newCatalogs = new ContentSizes[revisions];
    private long settled;

    /// <summary>The catalogs of the tree.</summary>
    public ContentSizes Catalogs { get; private set; }

    public long MissingObjects { get; private set; }

    /// <summary>Objects that are done. Safe on any thread.</summary>
    public long Settled => Volatile.Read(ref settled);

    public ContentSizes ContentOf(int subtree) => content[subtree];

    public ContentSizes OwnOf(int subtree) => own[subtree];

    public ContentSizes NewContentOf(int revision) => newContent[revision];

    public ContentSizes NewCatalogsOf(int revision) => newCatalogs[revision];

    /// <summary>Adds everything up.</summary>
    /// <param name="records">The ledger's records in order.</param>
    /// <param name="store">The store; null where it is not asked.</param>
    /// <param name="parallelism">How many objects to ask for at a time.</param>
    /// <param name="cancellation">Ends it.</param>
    public void Run(IEnumerable<LedgerRecord> records, IObjectSource? store, int parallelism, CancellationToken cancellation)
    {
        List<LedgerRecord> batch = new(Batch);
        int objects = 0;
        foreach (LedgerRecord record in records)
        {
            if (batch.Count == 0 || batch[^1].Name != record.Name)
            {
                if (objects == Batch)
                {
                    Settle(batch, store, parallelism, cancellation);
                    batch.Clear();
                    objects = 0;
                }

                objects++;
            }

            batch.Add(record);
        }

        Settle(batch, store, parallelism, cancellation);
    }

    private void Settle(List<LedgerRecord> batch, IObjectSource? store, int parallelism, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        List<Range> objects = [];
        for (int begin = 0, end; begin < batch.Count; begin = end)
        {
            for (end = begin + 1; end < batch.Count && batch[end].Name == batch[begin].Name; end++)
            {
            }

            objects.Add(begin..end);
        }

        long[] stored = store is null ? new long[objects.Count] : Ask(store, [.. objects.Select(range => batch[range.Start.Value].Name)], parallelism, cancellation);
        for (int index = 0; index < objects.Count; index++)
        {
            Count(batch, objects[index], stored[index]);
            Interlocked.Increment(ref settled);
        }
    }

    // The stored lengths; -1 for what is not there.
    private static long[] Ask(IObjectSource store, ObjectName[] names, int parallelism, CancellationToken cancellation)
    {
        long[] lengths = new long[names.Length];
        ParallelOptions options = new() { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellation };
        Task asking = Parallel.ForAsync(0, names.Length, options, async (index, token) =>
            lengths[index] = (await store.StatAsync(ObjectKey.Of(names[index]), token))?.Length ?? -1);
        Blocking.Wait(new ValueTask(asking));
        return lengths;
    }

    private void Count(List<LedgerRecord> batch, Range range, long stored)
    {
        LedgerRecord first = batch[range.Start.Value];
        if (stored < 0)
        {
            MissingObjects++;
        }

        ContentSizes sizes = new(1, first.Size, Math.Max(stored, 0));
        bool isCatalog = first.Name.Kind == ObjectKind.Catalog;

        // Revisions come first, and of them the oldest.
        if (!LedgerPlace.IsSubtree(first.Place))
        {
            ContentSizes[] growth = isCatalog ? newCatalogs : newContent;
            growth[LedgerPlace.NumberOf(first.Place)] += sizes;
        }

        int common = SubtreeTable.None;
        for (int index = range.Start.Value; index < range.End.Value; index++)
        {
            if (LedgerPlace.IsSubtree(batch[index].Place))
            {
                int subtree = LedgerPlace.NumberOf(batch[index].Place);
                common = common == SubtreeTable.None ? subtree : CommonOf(common, subtree);
                if (!isCatalog)
                {
                    AddUpwards(subtree, sizes);
                }
            }
        }

        if (common == SubtreeTable.None)
        {
            return;
        }

        if (isCatalog)
        {
            Catalogs += sizes;
            return;
        }

        for (; common != SubtreeTable.None; common = subtrees.ParentOf(common))
        {
            own[common] += sizes;
        }
    }

    // Each directory counts an object once, from however many places below it is needed.
    private void AddUpwards(int subtree, ContentSizes sizes)
    {
        long mark = settled + 1;
        for (; subtree != SubtreeTable.None && lastObject[subtree] != mark; subtree = subtrees.ParentOf(subtree))
        {
            lastObject[subtree] = mark;
            content[subtree] += sizes;
        }
    }

    private int CommonOf(int left, int right)
    {
        while (left != right)
        {
            // A directory has a higher number than the one that it is in.
            if (left > right)
            {
                left = subtrees.ParentOf(left);
            }
            else
            {
                right = subtrees.ParentOf(right);
            }
        }

        return left;
    }
}
