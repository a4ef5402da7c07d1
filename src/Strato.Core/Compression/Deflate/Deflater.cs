using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strato.Core.Compression.Deflate;

/// <summary>
/// Makes zlib streams that are, byte for byte, those of zlib at level 6 with its default window and memory (lazy matching,
/// <c>deflateInit</c>), whatever the machine's libz is: some distributions replace it with one that writes other bytes, and
/// object names are hashes of these. Tests hold it against zlib itself. The result depends on the plain bytes only, not on how
/// they were sliced. One thread at a time; takes 450 KiB, which are kept between objects.
/// </summary>
internal sealed unsafe class Deflater
{
    private const int WindowSize = 2 * MatchFinder.HistorySize;

    /// <summary>What searches may read behind the window's end.</summary>
    private const int WindowSlack = 512;

    /// <summary>A match of at least this length is taken without a look at the next place.</summary>
    private const int LazyLength = 16;

    /// <summary>Matches of three bytes are not worth a longer distance.</summary>
    private const int FarDistance = 4096;

    /// <summary>From here on zlib moves its window as soon as it looks for more input.</summary>
    private const int SlidePosition = MatchFinder.HistorySize + MatchFinder.MaximumDistance;

    private const int NoMatch = DeflateCodes.MinimumMatch - 1;

    // Pinned, so that the pointers stay good.
    private readonly byte[] windowMemory = GC.AllocateArray<byte>(WindowSize + WindowSlack, pinned: true);
    private readonly ushort[] headMemory = GC.AllocateArray<ushort>(MatchFinder.HeadCount, pinned: true);
    private readonly ulong[] nodeMemory = GC.AllocateArray<ulong>(MatchFinder.HistorySize, pinned: true);
    private readonly SymbolBlock block = new();

    private uint checksum;
    private int position;
    private int lookahead;

    /// <summary>Where the current block began, negative where that place has left the window.</summary>
    private int blockStart;

    private int matchLength;
    private int matchStart;

    /// <summary>The byte before <see cref="position"/> was not given to the block yet: it may start a match.</summary>
    private bool isByteWaiting;

    private byte* Window => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(windowMemory));

    private ushort* Heads => (ushort*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(headMemory));

    private ulong* Nodes => (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(nodeMemory));

    private static ReadOnlySpan<byte> StreamHeader => [0x78, 0x9c];

    /// <summary>Starts an object.</summary>
    public void Begin(IBufferWriter<byte> output)
    {
        Array.Clear(headMemory);
        block.Reset();
        checksum = Adler32.Start;
        position = 0;
        lookahead = 0;
        blockStart = 0;
        matchLength = NoMatch;
        matchStart = 0;
        isByteWaiting = false;
        output.Write(StreamHeader);
    }

    /// <summary>Takes plain bytes. They are only looked at once the window is full or the object ends, as zlib does with a whole object.</summary>
    public void Append(ReadOnlySpan<byte> plain, IBufferWriter<byte> output)
    {
        checksum = Adler32.Append(checksum, plain);
        while (!plain.IsEmpty)
        {
            int end = position + lookahead;
            if (end == WindowSize)
            {
                Compress(MatchFinder.MinimumLookahead, int.MaxValue, output);
                Slide();
                continue;
            }

            int count = Math.Min(WindowSize - end, plain.Length);
            plain[..count].CopyTo(windowMemory.AsSpan(end));
            plain = plain[count..];
            lookahead += count;
        }
    }

    /// <summary>Writes what is left of the object.</summary>
    public void Finish(IBufferWriter<byte> output)
    {
        // Near the end zlib looks for more input at every place, which moves its window though none comes and puts one place, at
        // the longest distance, out of reach.
        Compress(MatchFinder.MinimumLookahead, int.MaxValue, output);
        Compress(1, SlidePosition, output);
        if (position >= SlidePosition)
        {
            Slide();
        }

        Compress(1, int.MaxValue, output);
        if (isByteWaiting)
        {
            _ = block.AddLiteral(Window[position - 1]);
        }

        WriteBlock(position, isLast: true, output);
        Span<byte> trailer = output.GetSpan(sizeof(uint));
        BinaryPrimitives.WriteUInt32BigEndian(trailer, checksum);
        output.Advance(sizeof(uint));
    }

    private void Slide()
    {
        Span<byte> window = windowMemory.AsSpan(0, WindowSize);
        window[MatchFinder.HistorySize..].CopyTo(window);
        MatchFinder.Slide(Heads, MatchFinder.HeadCount);
        MatchFinder.Slide((ushort*)Nodes, MatchFinder.HistorySize * (sizeof(ulong) / sizeof(ushort)));
        position -= MatchFinder.HistorySize;
        matchStart -= MatchFinder.HistorySize;
        blockStart -= MatchFinder.HistorySize;
    }

    private void WriteBlock(int end, bool isLast, IBufferWriter<byte> output)
    {
        block.Write(blockStart >= 0 ? Window + blockStart : null, end - blockStart, isLast, output);
        blockStart = end;
    }

    /// <summary>
    /// Lazy matching: a match is taken unless the next place has a longer one. Goes on while at least <paramref name="needed"/>
    /// bytes lie ahead and the place is before <paramref name="stop"/>.
    /// </summary>
    private void Compress(int needed, int stop, IBufferWriter<byte> output)
    {
        byte* window = Window;
        ushort* heads = Heads;
        ulong* nodes = Nodes;
        SymbolBlock symbols = block;
        nint at = position;
        nint ahead = lookahead;
        nint length = matchLength;
        nint start = matchStart;
        bool isWaiting = isByteWaiting;
        while (ahead >= needed && at < stop)
        {
            nint candidate = ahead >= DeflateCodes.MinimumMatch ? MatchFinder.Insert(window, heads, nodes, at) : 0;
            nint previousLength = length;
            nint previousStart = start;
            length = NoMatch;
            if (candidate != 0 && previousLength < LazyLength && at - candidate <= MatchFinder.MaximumDistance)
            {
                MatchFinder.Announce(window, heads, nodes, at + 1);
                length = Math.Min(MatchFinder.FindLongest(window, nodes, at, candidate, previousLength, ahead, ref start), ahead);
                if (length == DeflateCodes.MinimumMatch && at - start > FarDistance)
                {
                    length = NoMatch;
                }
            }

            if (previousLength >= DeflateCodes.MinimumMatch && length <= previousLength)
            {
                bool isFull = symbols.AddMatch((int)(at - 1 - previousStart), (int)previousLength);
                nint end = at - 1 + previousLength;
                nint inserted = Math.Min(end, at + ahead - DeflateCodes.MinimumMatch + 1);
                ahead -= end - at;
                while (++at < inserted)
                {
                    _ = MatchFinder.Insert(window, heads, nodes, at);
                }

                at = end;
                isWaiting = false;
                length = NoMatch;
                if (isFull)
                {
                    WriteBlock((int)at, isLast: false, output);
                }

                continue;
            }

            if (isWaiting && symbols.AddLiteral(window[at - 1]))
            {
                WriteBlock((int)at, isLast: false, output);
            }

            isWaiting = true;
            at++;
            ahead--;
        }

        position = (int)at;
        lookahead = (int)ahead;
        matchLength = (int)length;
        matchStart = (int)start;
        isByteWaiting = isWaiting;
    }
}
