namespace Strato.Client.Revisions;

/// <summary>Numbers the revisions that a node table sees, across attachments and processes.</summary>
internal sealed class EpochCounter
{
    private uint last;

    /// <summary>Counts on.</summary>
    /// <param name="newest">The newest epoch in the node table; 0 for an empty one.</param>
    public EpochCounter(uint newest) => last = newest;

    public uint Next() => Interlocked.Increment(ref last);
}
