using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Strato.Core.Compression.Deflate;

/// <summary>
/// The places in the window where the same three bytes stood, newest first, and the longest match among them. Candidates are
/// tried in zlib's order and number, which decides what is found.
/// </summary>
/// <remarks>
/// A place's node holds its four predecessors, not one as zlib's table does: half of zlib's time at level 6 is spent waiting for one
/// link after the other (27 candidates for each search). Four at a time make the encoder 1.4 times as fast as libz.
/// </remarks>
internal static unsafe class MatchFinder
{
    /// <summary>Half the window: no match reaches further back.</summary>
    public const int HistorySize = 32 * 1024;

    /// <summary>The number of entries in the table of newest places.</summary>
    public const int HeadCount = 32 * 1024;

    /// <summary>Bytes that a search may look at behind the current place; while more input is to come, so many are waited for.</summary>
    public const int MinimumLookahead = DeflateCodes.MaximumMatch + DeflateCodes.MinimumMatch + 1;

    /// <summary>The longest distance of a match.</summary>
    public const int MaximumDistance = HistorySize - MinimumLookahead;

    private const int HistoryMask = HistorySize - 1;
    private const int NodeWidth = 4;

    // Level 6.
    private const int MaximumChain = 128;
    private const int GoodLength = 8;
    private const int NiceLength = 128;

    /// <summary>Enters a place; at least three bytes follow it. Gives the newest place before it with the same hash, 0 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Insert(byte* window, ushort* heads, ulong* nodes, int position)
    {
        byte* bytes = window + position;
        int hash = ((bytes[0] << 10) ^ (bytes[1] << 5) ^ bytes[2]) & (HeadCount - 1);
        int former = heads[hash];
        heads[hash] = (ushort)position;

        // The node of a place that is too old may be another's by now.
        bool isThere = former != 0 && position - former < HistorySize;
        ulong older = isThere ? nodes[former & HistoryMask] << 16 : 0;
        nodes[position & HistoryMask] = older | (uint)former;
        return former;
    }

    /// <summary>
    /// The length of the longest match at a place that is longer than <paramref name="best"/>, else <paramref name="best"/>
    /// itself. Candidates start with <paramref name="candidate"/>, which is in reach.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static int FindLongest(byte* window, ulong* nodes, int position, int candidate, int best, int lookahead, ref int matchStart)
    {
        int groups = (best >= GoodLength ? MaximumChain / 4 : MaximumChain) / NodeWidth;
        int limit = Math.Max(position - MaximumDistance, 0);
        int nice = Math.Min(NiceLength, lookahead);
        byte* current = window + position;
        Probe probe = best < DeflateCodes.MinimumMatch ? Probe.Start(window, current) : Probe.At(window, current, best);
        do
        {
            ulong node = nodes[candidate & HistoryMask];
            if (probe.Fits(candidate) && Improve(window, current, candidate, lookahead, ref best, ref probe, ref matchStart) >= nice)
            {
                return best;
            }

            candidate = (int)(node & 0xffff);
            if (candidate <= limit)
            {
                return best;
            }

            if (probe.Fits(candidate) && Improve(window, current, candidate, lookahead, ref best, ref probe, ref matchStart) >= nice)
            {
                return best;
            }

            candidate = (int)(node >> 16) & 0xffff;
            if (candidate <= limit)
            {
                return best;
            }

            if (probe.Fits(candidate) && Improve(window, current, candidate, lookahead, ref best, ref probe, ref matchStart) >= nice)
            {
                return best;
            }

            candidate = (int)(node >> 32) & 0xffff;
            if (candidate <= limit)
            {
                return best;
            }

            if (probe.Fits(candidate) && Improve(window, current, candidate, lookahead, ref best, ref probe, ref matchStart) >= nice)
            {
                return best;
            }

            candidate = (int)(node >> 48);
        }
        while (candidate > limit && --groups != 0);

        return best;
    }

    /// <summary>Takes <see cref="HistorySize"/> off every place; those that fall out become 0.</summary>
    public static void Slide(ushort* places, int count)
    {
        Vector256<ushort> step = Vector256.Create((ushort)HistorySize);
        for (int i = 0; i < count; i += Vector256<ushort>.Count)
        {
            Vector256<ushort> moved = Vector256.Max(Vector256.Load(places + i), step) - step;
            moved.Store(places + i);
        }
    }

    /// <summary>Measures a candidate and remembers it where it is longer. Gives its length if so, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Improve(byte* window, byte* current, int candidate, int lookahead, ref int best, ref Probe probe, ref int matchStart)
    {
        int length = MatchLength(current, window + candidate, Math.Min(DeflateCodes.MaximumMatch, lookahead));
        if (length <= best)
        {
            return 0;
        }

        best = length;
        matchStart = candidate;
        probe = Probe.At(window, current, length);
        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int MatchLength(byte* left, byte* right, int limit)
    {
        int length = 0;
        while (length < limit)
        {
            ulong difference = Unsafe.ReadUnaligned<ulong>(left + length) ^ Unsafe.ReadUnaligned<ulong>(right + length);
            if (difference != 0)
            {
                length += (BitConverter.IsLittleEndian ? BitOperations.TrailingZeroCount(difference) : BitOperations.LeadingZeroCount(difference)) >> 3;
                break;
            }

            length += sizeof(ulong);
        }

        return Math.Min(length, limit);
    }

    /// <summary>
    /// What a candidate must show to be worth measuring: the four bytes that end where a longer match would, or the first three
    /// while there is none.
    /// </summary>
    private readonly struct Probe(byte* place, uint wanted, uint mask)
    {
        private static uint FirstThree => BitConverter.IsLittleEndian ? 0x00ff_ffffu : 0xffff_ff00u;

        public static Probe Start(byte* window, byte* current) => new(window, Unsafe.ReadUnaligned<uint>(current) & FirstThree, FirstThree);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Probe At(byte* window, byte* current, int best) =>
            new(window + best - 3, Unsafe.ReadUnaligned<uint>(current + best - 3), uint.MaxValue);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Fits(int candidate) => (Unsafe.ReadUnaligned<uint>(place + candidate) & mask) == wanted;
    }
}
