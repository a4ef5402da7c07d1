namespace Strato.Storage.Http;

/// <summary>
/// Says in one line each when requests go another way than before, and why; when no way works any more; and when one does again. Not a line
/// for each request: only what the requests show together. Thread-safe.
/// </summary>
/// <param name="preferred">The way that is taken while nothing fails.</param>
/// <param name="notice">Told each line.</param>
internal sealed class RouteLog(Route preferred, Action<string> notice)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, string> reasons = new(StringComparer.Ordinal);
    private readonly Route normal = preferred;
    private Route told = preferred;
    private long successes;

    /// <summary>True while nothing that is asked for comes from anywhere.</summary>
    public bool IsOutage { get; private set; }

    /// <summary>Counts what came; for <see cref="AllFailed"/>.</summary>
    public long Successes => Interlocked.Read(ref successes);

    /// <summary>A request was answered.</summary>
    public void Succeeded(in Route route)
    {
        string? line = null;
        lock (gate)
        {
            successes++;

            // A request that began before the others left its way, or that left it alone, tells nothing about where they go now.
            bool moved = !IsSameWay(route, told) && route.Turn >= told.Turn && !route.IsDetour;
            if (moved)
            {
                string old = Describe(told);
                string why = reasons.TryGetValue(old, out string? reason) ? $": {reason}" : string.Empty;
                line = IsSameWay(route, normal) ? $"back to {Describe(route)}" : $"{Describe(route)} is used from now on in place of {old}{why}";
                told = route;
                reasons.Clear();
            }
            else if (IsOutage)
            {
                line = $"{Describe(route)} answers again";
            }

            IsOutage = false;
        }

        Tell(line);
    }

    /// <summary>A way failed, and another one will be tried.</summary>
    public void Failed(in Route route, string problem)
    {
        lock (gate)
        {
            reasons[Describe(route)] = problem;
        }
    }

    /// <summary>A request failed everywhere.</summary>
    /// <param name="problem">How it failed at last.</param>
    /// <param name="successesBefore">What <see cref="Successes"/> was when the request began: where others succeeded since, the trouble
    /// is that of one object.</param>
    public void AllFailed(string problem, long successesBefore)
    {
        bool begins;
        lock (gate)
        {
            begins = !IsOutage && successes == successesBefore;
            IsOutage |= begins;
        }

        Tell(begins ? $"no server gives anything ({problem}); what is in the cache stays readable" : null);
    }

    /// <summary>Not under the lock: a log that blocks must not hold up every transfer.</summary>
    private void Tell(string? line)
    {
        if (line is not null)
        {
            notice(line);
        }
    }

    private static bool IsSameWay(in Route one, in Route other) => one.ServerUrl == other.ServerUrl && one.Proxy == other.Proxy;

    private static string Describe(in Route route) => route.Proxy.IsDirect ? route.ServerUrl : $"{route.ServerUrl} through {route.Proxy}";
}
