using Strato.Core;
using Strato.Core.Hashing;

namespace Strato.Publishing.Traversal;

/// <summary>
/// The names of objects, in bounded memory: 22 bytes a name and some room, and beyond a limit sorted runs on disk. <see cref="Add"/> may be called from any
/// thread; once all are in, <see cref="ReadShard"/> gives them back in order.
/// </summary>
internal sealed class ObjectNameSet : IDisposable
{
    /// <summary>The shards, by the first four bits of the hash.</summary>
    public const int ShardCount = 16;

    /// <summary>Names that are kept in memory where nothing else is asked for: up to 70 MB.</summary>
    public const int DefaultCapacity = 2_000_000;

    private readonly Shard[] shards;

    /// <summary>Makes an empty set.</summary>
    /// <param name="folder">An existing directory for the runs.</param>
    /// <param name="capacity">The names to keep in memory.</param>
    public ObjectNameSet(string folder, int capacity = DefaultCapacity)
    {
        string prefix = Path.Combine(folder, $"names-{Guid.NewGuid():N}");
        shards = [.. Enumerable.Range(0, ShardCount).Select(number => new Shard($"{prefix}-{number:x}", Math.Max(1, capacity / ShardCount)))];
    }

    /// <summary>Names that are in memory or in a run; a name counts again where it was added after its run was written.</summary>
    public long Count => shards.Sum(shard => shard.Count);

    /// <summary>Adds a name; false where it is known to be in. True may be answered again for a name that has gone to disk.</summary>
    /// <exception cref="StratoException">A run cannot be written.</exception>
    public bool Add(in ObjectName name) => shards[ShardOf(name)].Add(name);

    /// <summary>True where the name is known to be in; false may be answered for a name that has gone to disk.</summary>
    public bool MayTellOf(in ObjectName name) => shards[ShardOf(name)].Contains(name);

    /// <summary>A shard's names, each once, by rising hash and kind. No name may be added meanwhile or afterwards.</summary>
    /// <exception cref="StratoException">A run cannot be read.</exception>
    public IEnumerable<ObjectName> ReadShard(int shard) => shards[shard].ReadAll();

    /// <summary>All names, each once, by rising hash and kind.</summary>
    public IEnumerable<ObjectName> ReadAll() => Enumerable.Range(0, ShardCount).SelectMany(ReadShard);

    public void Dispose() => Array.ForEach(shards, shard => shard.Dispose());

    private static int ShardOf(in ObjectName name) => name.Hash.Bytes[0] >> 4;

    private sealed class Shard(string prefix, int capacity) : IDisposable
    {
        private readonly Lock gate = new();
        private readonly List<string> runs = [];
        private NameTable table = new(Math.Min(capacity, 256));
        private long spilled;
        private ObjectName[]? sealedNames;

        public long Count
        {
            get
            {
                lock (gate)
                {
                    return spilled + table.Count;
                }
            }
        }

        public bool Add(in ObjectName name)
        {
            lock (gate)
            {
                if (!table.Add(name))
                {
                    return false;
                }

                if (table.Count >= capacity)
                {
                    Spill();
                }

                return true;
            }
        }

        public bool Contains(in ObjectName name)
        {
            lock (gate)
            {
                return table.Contains(name);
            }
        }

        public IEnumerable<ObjectName> ReadAll()
        {
            lock (gate)
            {
                sealedNames ??= table.ToSorted();
            }

            return SortedRun<ObjectName, NameCodec>.Merge([.. runs.Select(SortedRun<ObjectName, NameCodec>.Read), sealedNames]);
        }

        public void Dispose() => runs.ForEach(File.Delete);

        private void Spill()
        {
            string file = $"{prefix}-{runs.Count}";
            runs.Add(file);
            SortedRun<ObjectName, NameCodec>.Write(file, table.ToSorted());
            spilled += table.Count;
            table = new NameTable(256);
        }
    }
}
