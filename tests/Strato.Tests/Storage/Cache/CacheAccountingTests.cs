using System.Buffers;
using System.Diagnostics;
using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Testing;
using Strato.Testing.Measuring;

namespace Strato.Tests.Storage.Cache;

public sealed class CacheAccountingTests
{
    /// <summary>What a step does: open or fetch, remove, evict; with an object's number, on one of two openings.</summary>
    private static Gen<(int Kind, int Number, int Opening)> Steps =>
        from kind in Gen.Choose(0, 9)
        from number in Gen.Choose(0, 19)
        from opening in Gen.Choose(0, 1)
        select (kind, number, opening);

    [Fact]
    public void Counters_equal_the_entries_and_the_quota_holds_whatever_happens() =>
        Prop.ForAll(Steps.ListOf().ToArbitrary(), steps =>
        {
            const long quota = 60 * 4096;
            using TemporaryFolder folder = new(inMemory: true);
            ManualClock clock = new();
            CacheOptions options = new() { Directory = folder.Path, Quota = quota, Time = clock };
            using ObjectCache first = ObjectCache.Open(options);
            using ObjectCache second = ObjectCache.Open(options);
            foreach ((int kind, int number, int opening) in steps)
            {
                clock.Advance(TimeSpan.FromMinutes(7));
                Apply(opening == 0 ? first : second, kind, number);
                if (first.Status.UsedBytes > quota || first.Status != second.Status)
                {
                    return false;
                }
            }

            long[] lengths = [.. Directory.GetDirectories(folder.Path).Where(path => Path.GetFileName(path).Length == 2)
                .SelectMany(Directory.GetFiles).Select(file => new FileInfo(file).Length)];
            return first.Status == new CacheStatus(lengths.Sum(CacheWalk.Footprint), lengths.Length, quota);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_was_used_lately_outlives_what_was_not() =>
        Prop.ForAll(Gen.Choose(0, 19).ListOf().ToArbitrary(), uses =>
        {
            using TemporaryFolder folder = new(inMemory: true);
            ManualClock clock = new();
            using ObjectCache cache = ObjectCache.Open(new CacheOptions { Directory = folder.Path, Time = clock, StampInterval = TimeSpan.Zero });
            List<int> order = [];
            foreach (int number in Enumerable.Range(0, 20).Concat(uses))
            {
                clock.Advance(TimeSpan.FromHours(1));
                Apply(cache, 0, number);
                order.Remove(number);
                order.Add(number);
            }

            // Ages are told apart to a thirty-second: entries next to each other in a long history may swap places.
            cache.Evict(cache.Status.UsedBytes / 2);
            int[] kept = [.. order.Where(number => cache.Contains(Entry(number)))];
            int newest = order.IndexOf(kept[0]);
            return kept.Length < 20 && order.Skip(newest + 3).All(kept.Contains);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Older_is_never_in_a_lower_bucket_and_buckets_are_narrow() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<uint>().Two().ToArbitrary(), pair =>
        {
            (long younger, long older) = pair.Item1 < pair.Item2 ? (pair.Item1, pair.Item2) : ((long)pair.Item2, (long)pair.Item1);
            int difference = AgeHistogram.BucketOf(older, isVolatile: false) - AgeHistogram.BucketOf(younger, isVolatile: false);
            return difference >= 0
                && (difference > 0 || older - younger <= older / 32)
                && AgeHistogram.BucketOf(younger, isVolatile: true) > AgeHistogram.BucketOf(older, isVolatile: false);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Opening_an_entry_that_is_there_makes_no_garbage()
    {
        using TemporaryFolder folder = new(inMemory: true);
        using ObjectCache cache = ObjectCache.Open(new CacheOptions { Directory = folder.Path });
        Apply(cache, 0, 1);
        CachedObject entry = Entry(1);
        int length = Length(1);
        long least = Garbage.Least(() =>
        {
            for (int turn = 0; turn < 100; turn++)
            {
                Open();
            }
        });

        // Code that is not optimized makes a little of its own.
        bool isOptimized = typeof(ObjectCache).Assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };
        Assert.InRange(least, 0, isOptimized ? 0 : 100 * 64);

        void Open()
        {
            Assert.True(cache.TryOpen(entry, length, out int descriptor, out long _));
            RawDescriptor.Close(descriptor);
        }
    }

    private static int Length(int number) => number * number * 137;

    private static CachedObject Entry(int number) =>
        new(new ObjectName(ContentHasher.Hash(HashAlgorithm.Rmd160, [(byte)number]), ObjectKind.Chunk), CompressionAlgorithm.None);

    private static void Apply(ObjectCache cache, int kind, int number)
    {
        CachedObject entry = Entry(number);
        switch (kind)
        {
            case 8:
                cache.Remove(entry);
                break;
            case 9:
                cache.Evict(cache.Status.UsedBytes / 2);
                break;
            default:
                if (!cache.TryOpen(entry, Length(number), out OpenedObject opened))
                {
                    using CacheWriter writer = cache.BeginWrite(entry);
                    writer.Write(new byte[Length(number)]);
                    opened = writer.Commit();
                }

                opened.Dispose();
                break;
        }
    }
}
