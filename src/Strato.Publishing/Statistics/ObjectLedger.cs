using Strato.Publishing.Traversal;

namespace Strato.Publishing.Statistics;

/// <summary>
/// Which objects are needed where, in bounded memory: records of 40 bytes, and beyond a limit sorted runs of 34 bytes a record on disk, in which a record stands
/// once. <see cref="Add"/> may be called from any thread; once all are in, <see cref="ReadAll"/> gives them back in order.
/// </summary>
internal sealed class ObjectLedger(string folder, int capacity) : IDisposable
{
    /// <summary>Records that are kept in memory where nothing else is asked for: 20 MB.</summary>
    public const int DefaultCapacity = 500_000;

    private readonly Lock gate = new();
    private readonly List<string> runs = [];
    private readonly List<LedgerRecord> records = [];

    /// <summary>Notes that an object is needed.</summary>
    /// <exception cref="Core.StratoException">A run cannot be written.</exception>
    public void Add(in LedgerRecord record)
    {
        lock (gate)
        {
            records.Add(record);
            if (records.Count >= capacity)
            {
                string file = Path.Combine(folder, $"ledger-{runs.Count}");
                runs.Add(file);
                SortedRun<LedgerRecord, LedgerCodec>.Write(file, SortedRun<LedgerRecord, LedgerCodec>.Merge([Sorted()]));
                records.Clear();
            }
        }
    }

    /// <summary>The records, each once, by name and place. Nothing may be added any more.</summary>
    public IEnumerable<LedgerRecord> ReadAll() =>
        SortedRun<LedgerRecord, LedgerCodec>.Merge([.. runs.Select(SortedRun<LedgerRecord, LedgerCodec>.Read), Sorted()]);

    public void Dispose() => runs.ForEach(File.Delete);

    private List<LedgerRecord> Sorted()
    {
        records.Sort(LedgerCodec.Order);
        return records;
    }
}
