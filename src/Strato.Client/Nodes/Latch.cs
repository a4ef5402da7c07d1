namespace Strato.Client.Nodes;

/// <summary>
/// A lock of four bytes for sections of some tens of nanoseconds: it spins, then yields, and allocates nothing. It is not
/// reentrant and knows no owner.
/// </summary>
internal static class Latch
{
    public static void Enter(ref int latch)
    {
        if (Interlocked.CompareExchange(ref latch, 1, 0) != 0)
        {
            Wait(ref latch);
        }
    }

    public static void Exit(ref int latch) => Volatile.Write(ref latch, 0);

    private static void Wait(ref int latch)
    {
        SpinWait spin = default;
        do
        {
            spin.SpinOnce();
        }
        while (Volatile.Read(ref latch) != 0 || Interlocked.CompareExchange(ref latch, 1, 0) != 0);
    }
}
