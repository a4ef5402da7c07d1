using Strato.Core;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Storage.Objects;

namespace Strato.Publishing.Replication;

/// <summary>In which order several replicas are snapshotted: the one first that has waited longest.</summary>
public static class SnapshotOrder
{
    /// <summary>
    /// The replicas of a group, or of all groups where it is null. Pass-through ones are left out, as they keep nothing; one whose settings or storage cannot be
    /// read comes first, so that its trouble is told.
    /// </summary>
    public static IReadOnlyList<string> List(string? group, OperationContext context)
    {
        List<(DateTimeOffset Last, string Name)> found = [];
        foreach (string name in Replicas.List(context.Home))
        {
            try
            {
                ReplicaSettings settings = Replicas.Load(context.Home, name);
                if (!settings.IsPassThrough && (group is null || group == settings.Group))
                {
                    found.Add((ReadLast(name, context), name));
                }
            }
            catch (StratoException) when (group is null)
            {
                found.Add((DateTimeOffset.MinValue, name));
            }
        }

        return [.. found.OrderBy(replica => replica.Last).Select(replica => replica.Name)];
    }

    private static DateTimeOffset ReadLast(string name, OperationContext context)
    {
        IObjectStore store = context.Stores.Open(context.Home.Load(name));
        try
        {
            return StatusDocument.ReadLastSnapshot(store, context.Cancellation) ?? DateTimeOffset.MinValue;
        }
        finally
        {
            Blocking.Wait(store.DisposeAsync());
        }
    }
}
