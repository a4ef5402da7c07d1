using System.Diagnostics;
using Strato.Fuse.Protocol;
using Strato.Fuse.Statistics;
using Strato.Posix;
using Strato.Testing.Measuring;

namespace Strato.Tests.Fuse.Statistics;

/// <summary>What is counted of each request.</summary>
public sealed class RequestStatisticsTests
{
    [Fact]
    public void Kinds_times_errors_and_bytes_are_counted()
    {
        RequestTally own = new(isShared: false);
        RequestTally shared = new(isShared: true);
        long now = Stopwatch.GetTimestamp();
        own.Count(FuseOpcode.Read, now, Errno.None, 4096);
        shared.Count(FuseOpcode.Read, now - (3 * Stopwatch.Frequency), Errno.None, 1000);
        own.Count(FuseOpcode.Lookup, now - (100 * Stopwatch.Frequency), Errno.ENOENT, 0);
        own.Count((FuseOpcode)4000, now, (Errno)524, 0);

        RequestStatistics sums = new();
        own.AddTo(sums);
        shared.AddTo(sums);

        Assert.Equal([FuseOpcode.None, FuseOpcode.Lookup, FuseOpcode.Read], sums.Opcodes.Select(one => one.Opcode));
        OpcodeStatistics read = sums.Opcodes.Single(one => one.Opcode == FuseOpcode.Read);
        Assert.Equal(2, read.Buckets.Sum());
        Assert.Equal(1, read.Buckets[LatencyBounds.Seconds.ToList().IndexOf(5)]);
        Assert.InRange(read.Seconds, 3, 4);
        Assert.Equal(1, sums.Opcodes.Single(one => one.Opcode == FuseOpcode.Lookup).Buckets[^1]);
        Assert.Equal([KeyValuePair.Create(Errno.None, 1L), KeyValuePair.Create(Errno.ENOENT, 1L)], sums.Errors);
        Assert.Equal(5096, sums.DataBytes);
    }

    [Fact]
    public void Threads_that_share_a_tally_lose_nothing()
    {
        RequestTally shared = new(isShared: true);
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                shared.Count(FuseOpcode.Open, 0, Errno.None, 0);
            }
        });

        RequestStatistics sums = new();
        shared.AddTo(sums);
        Assert.Equal(40_000, sums.Opcodes.Single().Buckets.Sum());
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        RequestTally own = new(isShared: false);
        Assert.Equal(0, Garbage.Least(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                own.Count(FuseOpcode.Read, Stopwatch.GetTimestamp(), Errno.None, i);
            }
        }));
    }
}
