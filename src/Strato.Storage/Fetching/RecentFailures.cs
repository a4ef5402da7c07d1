using Strato.Storage.Http;

namespace Strato.Storage.Fetching;

/// <summary>
/// What could not be fetched a moment ago. Callers that the kernel lets through one after the other (lookups of one name wait for each other) would each try
/// all servers anew, and the last of many wait for minutes; so they hear at once what the first one heard. Not synchronized; bounded.
/// </summary>
/// <param name="memory">How long a failure is remembered; zero for not at all.</param>
internal sealed class RecentFailures(TimeSpan memory)
{
    private const int Capacity = 256;

    private readonly Dictionary<ObjectRequest, (FetchFailure Failure, long Until)> failures = [];

    /// <summary>Remembers a failure; one of the caller's own making is none.</summary>
    public void Add(in ObjectRequest request, FetchFailure failure)
    {
        if (memory == TimeSpan.Zero || failure.Kind == FetchFailureKind.Cancelled)
        {
            return;
        }

        if (failures.Count >= Capacity)
        {
            long now = Environment.TickCount64;
            foreach (ObjectRequest old in failures.Where(entry => entry.Value.Until <= now).Select(entry => entry.Key).ToList())
            {
                failures.Remove(old);
            }
        }

        if (failures.Count < Capacity)
        {
            failures[request] = (failure, Environment.TickCount64 + (long)memory.TotalMilliseconds);
        }
    }

    /// <summary>What is remembered of a request; null for nothing.</summary>
    public FetchFailure? Find(in ObjectRequest request)
    {
        if (!failures.TryGetValue(request, out (FetchFailure Failure, long Until) known))
        {
            return null;
        }

        if (known.Until > Environment.TickCount64)
        {
            return known.Failure;
        }

        failures.Remove(request);
        return null;
    }
}
