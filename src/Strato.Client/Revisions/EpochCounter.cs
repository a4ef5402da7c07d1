namespace Strato.Client.Revisions;

/// <summary>Numbers the revisions that a node table sees, across attachments and processes.</summary>
internal sealed class EpochCounter
{
    private uint last;

    /// <summary>Counts on.</summary>
    /// <param name="newest">The newest epoch in the node table; 0 for an empty one.</param>
    public EpochCounter(uint newest) => last = newest;

    /// <summary>Counts on behind an epoch that no node may be of any more, but that is known by name.</summary>
    public void Pass(uint epoch)
    {
        for (uint before = Volatile.Read(ref last); before < epoch;)
        {
            uint seen = Interlocked.CompareExchange(ref last, epoch, before);
            before = seen == before ? epoch : seen;
        }
    }

    public uint Next() => Interlocked.Increment(ref last);
}
