namespace Strato.Containers.Docker;

/// <summary>Lets one operation at a time through for each key; others wait for it. A key that nobody uses costs nothing.</summary>
internal sealed class KeyedGate
{
    private readonly Dictionary<string, (SemaphoreSlim Gate, int Users)> gates = new(StringComparer.Ordinal);

    /// <summary>Runs work when its turn comes.</summary>
    public async Task<T> RunAsync<T>(string key, Func<Task<T>> work, CancellationToken cancellation)
    {
        SemaphoreSlim gate = Enter(key);
        try
        {
            await gate.WaitAsync(cancellation);
            try
            {
                return await work();
            }
            finally
            {
                gate.Release();
            }
        }
        finally
        {
            Leave(key);
        }
    }

    private SemaphoreSlim Enter(string key)
    {
        lock (gates)
        {
            (SemaphoreSlim Gate, int Users) entry = gates.TryGetValue(key, out (SemaphoreSlim Gate, int Users) found) ? found : (new SemaphoreSlim(1), 0);
            gates[key] = (entry.Gate, entry.Users + 1);
            return entry.Gate;
        }
    }

    private void Leave(string key)
    {
        lock (gates)
        {
            (SemaphoreSlim gate, int users) = gates[key];
            if (users == 1)
            {
                gates.Remove(key);
                gate.Dispose();
            }
            else
            {
                gates[key] = (gate, users - 1);
            }
        }
    }
}
