using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Testing;

namespace Strato.Tests.Storage.Cache;

/// <summary>Any order of what users, operators and vandals do to a cache that two openings share.</summary>
public sealed class CacheModelTests
{
    private const long Quota = 30 * 4096;

    private static Gen<(int Kind, int Number, int Opening)> Steps =>
        from kind in Gen.Frequency((6, Gen.Constant(0)), (3, Gen.Choose(1, 4)), (2, Gen.Choose(5, 7)), (1, Gen.Choose(8, 10)))
        from number in Gen.Choose(0, 19)
        from opening in Gen.Choose(0, 1)
        select (kind, number, opening);

    [Fact]
    public void Bytes_are_right_pins_and_users_are_respected_and_counts_come_right() =>
        Prop.ForAll(Steps.ListOf().ToArbitrary(), steps =>
        {
            using CacheModel model = new();
            foreach ((int kind, int number, int opening) in steps)
            {
                model.Apply(kind, number, opening);
            }

            model.CheckCounts();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    private sealed class CacheModel : IDisposable
    {
        private readonly TemporaryFolder folder = new(inMemory: true);
        private readonly ManualClock clock = new();
        private readonly ObjectCache[] caches;
        private readonly Dictionary<int, OpenedObject> held = [];
        private readonly HashSet<int> pinned = [];

        public CacheModel()
        {
            CacheOptions options = new() { Directory = folder["cache"], Quota = Quota, Time = clock, ScrubRate = 0 };
            caches = [ObjectCache.Open(options), ObjectCache.Open(options)];
        }

        public void Apply(int kind, int number, int opening)
        {
            clock.Advance(TimeSpan.FromMinutes(7));
            ObjectCache cache = caches[opening];
            switch (kind)
            {
                case 0:
                    Get(cache, number).Dispose();
                    break;
                case 1 when !held.ContainsKey(number):
                    OpenedObject opened = Get(cache, number);
                    ObjectCache.TryHold(opened.File);
                    held[number] = opened;
                    break;
                case 2 when held.Remove(number, out OpenedObject user):
                    user.Dispose();
                    break;
                case 3 when cache.TrySetPinned(Entry(number), isPinned: true):
                    pinned.Add(number);
                    break;
                case 4 when cache.TrySetPinned(Entry(number), isPinned: false):
                    pinned.Remove(number);
                    break;
                case 5:
                    Evict(cache, number * 4096);
                    break;
                case 6:
                    cache.Remove(Entry(number));
                    pinned.Remove(number);
                    break;
                case 7:
                    Damage(number);
                    Assert.True(cache.RemoveIfDamaged(Entry(number)));
                    pinned.Remove(number);
                    break;
                case 8:
                    RemoveAll(folder["cache"]);
                    pinned.Clear();
                    break;
                case 9:
                    RemoveAll(Path.Combine(folder["cache"], Entry(number).Name.Hash.ToString()[..2]));
                    pinned.RemoveWhere(other => !cache.Contains(Entry(other)));
                    break;
                default:
                    CheckCounts();
                    break;
            }

            Assert.All(pinned, one => Assert.True(cache.Contains(Entry(one))));
            Assert.All(held, one => CheckBytes(one.Key, one.Value));
        }

        /// <summary>An eviction of nothing counts anew; the other opening sees the same.</summary>
        public void CheckCounts()
        {
            // Both find their way to what is there now.
            Array.ForEach(caches, cache => Get(cache, 0).Dispose());
            Array.ForEach(caches, cache => cache.Evict(long.MaxValue));
            long[] lengths = [.. Directory.GetDirectories(folder["cache"]).Where(path => Path.GetFileName(path).Length == 2)
                .SelectMany(Directory.GetFiles).Select(file => new FileInfo(file).Length)];
            CacheStatus expected = new(lengths.Sum(CacheWalk.Footprint), lengths.Length, Quota);
            Assert.All(caches, cache => Assert.Equal(expected, cache.Status));
            Assert.InRange(expected.UsedBytes, 0, Quota);
        }

        public void Dispose()
        {
            foreach (OpenedObject user in held.Values)
            {
                user.Dispose();
            }

            Array.ForEach(caches, cache => cache.Dispose());
            folder.Dispose();
        }

        /// <summary>As rm -rf, again where the cache, which counts in the background, has just put something into it.</summary>
        private static void RemoveAll(string path)
        {
            while (Directory.Exists(path))
            {
                try
                {
                    Directory.Delete(path, recursive: true);
                }
                catch (IOException)
                {
                    // Not empty any more.
                }
            }
        }

        private static int Length(int number) => number * number * 137;

        private static CachedObject Entry(int number) =>
            new(new ObjectName(ContentHasher.Hash(HashAlgorithm.Sha1, [(byte)number]), ObjectKind.File), CompressionAlgorithm.Zlib);

        private static void CheckBytes(int number, in OpenedObject opened)
        {
            byte[] bytes = new byte[Length(number) + 1];
            Assert.Equal(Errno.None, PosixFile.ReadFullyAt(opened.File, bytes, 0, out int count));
            Assert.Equal(Length(number), count);
            Assert.False(bytes.AsSpan(0, count).ContainsAnyExcept((byte)number));
        }

        private static OpenedObject Get(ObjectCache cache, int number)
        {
            if (!cache.TryOpen(Entry(number), Length(number), out OpenedObject opened))
            {
                using CacheWriter writer = cache.BeginWrite(Entry(number));
                writer.Write(Enumerable.Repeat((byte)number, Length(number)).ToArray());
                opened = writer.Commit();
            }

            CheckBytes(number, opened);
            return opened;
        }

        private void Evict(ObjectCache cache, long target)
        {
            // Removed and fetched again it is another file, which nobody holds.
            int[] kept = [.. held.Where(user => PosixFile.GetStatus(user.Value.File, out FileStatus status) == Errno.None && status.LinkCount > 0)
                .Select(user => user.Key).Concat(pinned).Where(number => cache.Contains(Entry(number)))];
            cache.Evict(target);
            Assert.All(kept, number => Assert.True(cache.Contains(Entry(number))));
        }

        private void Damage(int number)
        {
            string path = Path.Combine(folder["cache"], Entry(number).Name.Hash.ToString()[..2], Entry(number).Name.Hash.ToString()[2..]);
            if (!File.Exists(path))
            {
                return;
            }

            // Whoever has it open would see the damage.
            if (held.Remove(number, out OpenedObject user))
            {
                user.Dispose();
            }

            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.AppendAllText(path, "x");
        }
    }
}
