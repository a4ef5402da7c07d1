using System.Diagnostics;
using System.Runtime.CompilerServices;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Fuse.Statistics;

/// <summary>
/// Counts requests: how many of each kind, how long they took, how they failed. Each worker has one of its own, with cache lines that no other thread
/// writes, so that counting, with both readings of the clock, takes some 60 ns; those that end elsewhere share one. Counting allocates nothing. Anybody may read.
/// </summary>
internal sealed class RequestTally
{
    /// <summary>Kinds of requests that are told apart; opcode 0 stands for any other.</summary>
    public const int Opcodes = 64;

    /// <summary>Errors that are told apart; number 0 stands for any other.</summary>
    public const int Errors = 160;

    // Two lines of 64 bytes: neighbours are fetched in pairs.
    private const int Padding = 128 / sizeof(long);

    private static readonly int BucketCount = LatencyBounds.Seconds.Count + 1;

    // The buckets, and the time of all.
    private static readonly int Stride = BucketCount + 1;
    private static readonly int FirstError = Padding + (Opcodes * Stride);
    private static readonly int DataBytes = FirstError + Errors;

    private readonly long[] cells = new long[DataBytes + 1 + Padding];
    private readonly bool isShared;

    /// <summary>Nothing is counted yet.</summary>
    /// <param name="isShared">Whether several threads count in it.</param>
    public RequestTally(bool isShared) => this.isShared = isShared;

    /// <summary>Counts a request that has been answered.</summary>
    /// <param name="opcode">Its kind.</param>
    /// <param name="started">When it was read, in ticks of the stopwatch.</param>
    /// <param name="errno">How it ended.</param>
    /// <param name="length">Bytes of the answer's payload.</param>
    public void Count(FuseOpcode opcode, long started, Errno errno, int length)
    {
        long ticks = Stopwatch.GetTimestamp() - started;
        int first = Padding + ((uint)opcode < Opcodes ? (int)opcode * Stride : 0);
        Add(first + LatencyBounds.BucketOf(ticks), 1);
        Add(first + BucketCount, ticks);
        if (errno != Errno.None)
        {
            Add(FirstError + ((uint)errno < Errors ? (int)errno : 0), 1);
        }
        else if (opcode == FuseOpcode.Read)
        {
            Add(DataBytes, length);
        }
    }

    /// <summary>Adds what was counted to sums.</summary>
    public void AddTo(RequestStatistics sums)
    {
        for (int opcode = 0; opcode < Opcodes; opcode++)
        {
            int first = Padding + (opcode * Stride);
            Span<long> buckets = sums.BucketsOf(opcode);
            for (int bucket = 0; bucket < BucketCount; bucket++)
            {
                buckets[bucket] += Volatile.Read(ref cells[first + bucket]);
            }

            sums.AddTime(opcode, Volatile.Read(ref cells[first + BucketCount]));
        }

        for (int error = 0; error < Errors; error++)
        {
            sums.AddErrors(error, Volatile.Read(ref cells[FirstError + error]));
        }

        sums.DataBytes += Volatile.Read(ref cells[DataBytes]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(int cell, long amount)
    {
        ref long value = ref cells[cell];
        if (isShared)
        {
            Interlocked.Add(ref value, amount);
        }
        else
        {
            Volatile.Write(ref value, value + amount);
        }
    }
}
