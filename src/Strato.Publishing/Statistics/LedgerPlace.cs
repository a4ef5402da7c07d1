namespace Strato.Publishing.Statistics;

/// <summary>Where an object is needed, as one number: revisions, the oldest first, come before subtrees of the revision that is counted.</summary>
internal static class LedgerPlace
{
    private const uint SubtreeBit = 1u << 31;

    public static uint OfRevision(int index) => (uint)index;

    public static uint OfSubtree(int number) => (uint)number | SubtreeBit;

    public static bool IsSubtree(uint place) => (place & SubtreeBit) != 0;

    public static int NumberOf(uint place) => (int)(place & ~SubtreeBit);
}
