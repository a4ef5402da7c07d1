namespace Strato.Testing.Storage;

/// <summary>Counts calls and says which of them fail. Thread-safe.</summary>
/// <param name="first">The number of the first call that fails, from 1 on; 0 for none.</param>
/// <param name="fault">How it fails.</param>
/// <param name="lasts">Whether every later call fails likewise.</param>
public sealed class FaultPlan(int first = 0, InjectedFault fault = default, bool lasts = false)
{
    private int calls;

    /// <summary>The number of calls so far.</summary>
    public int Calls => Volatile.Read(ref calls);

    /// <summary>Counts a call and returns what is to become of it; null where it goes well.</summary>
    public InjectedFault? Next()
    {
        int number = Interlocked.Increment(ref calls);
        return first > 0 && (number == first || (lasts && number > first)) ? fault : null;
    }

    public override string ToString() => $"{fault} at call {first}{(lasts ? " and later" : string.Empty)}";
}
