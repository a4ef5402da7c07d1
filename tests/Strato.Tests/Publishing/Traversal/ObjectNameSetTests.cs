using FsCheck;
using FsCheck.Fluent;
using Strato.Core.Hashing;
using Strato.Publishing.Traversal;
using Strato.Testing;

namespace Strato.Tests.Publishing.Traversal;

/// <summary>Names in memory and on disk are the names that were added.</summary>
public sealed class ObjectNameSetTests
{
    private static readonly ObjectKind[] Kinds = [ObjectKind.File, ObjectKind.Catalog, ObjectKind.Chunk];

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(ObjectNameSet.DefaultCapacity)]
    public void Gives_back_what_was_added_once_and_in_order(int capacity) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(8), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            using TemporaryFolder folder = new();
            Random random = new(seed);
            List<ObjectName> pool = [.. Enumerable.Range(0, 700).Select(_ => Name(random))];
            SortedSet<ObjectName> expected = new(NameOrder.Instance);
            using (ObjectNameSet names = new(folder.Path, capacity))
            {
                foreach (ObjectName name in random.GetItems([.. pool], 2000))
                {
                    // Only what has gone to disk may be called new again.
                    Assert.True(names.Add(name) || expected.Contains(name));
                    expected.Add(name);
                }

                Assert.Equal(expected, names.ReadAll());
                Assert.True(names.Count >= expected.Count);
                if (capacity == ObjectNameSet.DefaultCapacity)
                {
                    Assert.Equal(expected.Count, names.Count);
                    Assert.All(pool, name => Assert.Equal(expected.Contains(name), names.MayTellOf(name)));
                }
            }

            Assert.Empty(Directory.GetFiles(folder.Path));
            return true;
        }));

    [Fact]
    public void Takes_names_from_many_threads()
    {
        using TemporaryFolder folder = new();
        using ObjectNameSet names = new(folder.Path, capacity: 1000);
        List<List<ObjectName>> pools = [.. Enumerable.Range(0, 4).Select(seed => new Random(seed)).Select(random => Enumerable.Range(0, 5000).Select(_ => Name(random)).ToList())];

        Parallel.For(0, 8, thread => pools[thread / 2].ForEach(name => names.Add(name)));

        Assert.Equal(pools.SelectMany(pool => pool).Distinct().Order(NameOrder.Instance), names.ReadAll());
    }

    // Names whose hashes differ in all bytes, in the last one only, or in the algorithm only.
    private static ObjectName Name(Random random)
    {
        byte[] digest = new byte[ObjectHash.DigestLength];
        random.NextBytes(digest);
        HashAlgorithm algorithm = HashAlgorithm.Sha1;
        if (random.Next(4) == 0)
        {
            digest.AsSpan(0, ObjectHash.DigestLength - 1).Fill(7);
            algorithm = (HashAlgorithm)random.Next(3);
        }

        return new ObjectName(new ObjectHash(algorithm, digest), Kinds[random.Next(Kinds.Length)]);
    }
}
