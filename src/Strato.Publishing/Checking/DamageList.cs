using Strato.Core.Hashing;

namespace Strato.Publishing.Checking;

/// <summary>Collects objects that are missing or damaged, each once. Any thread may add.</summary>
internal sealed class DamageList
{
    private readonly Dictionary<ObjectName, DamagedObject> found = [];

    public void Add(in DamagedObject damaged)
    {
        lock (found)
        {
            found.TryAdd(damaged.Name, damaged);
        }
    }

    /// <summary>What has been found since the last call.</summary>
    public IReadOnlyList<DamagedObject> Take()
    {
        lock (found)
        {
            List<DamagedObject> all = [.. found.Values];
            found.Clear();
            return all;
        }
    }
}
