using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Strato.Core.Hashing;
using Strato.Testing.Golden;
using Strato.Testing.Measuring;

namespace Strato.Tests.Core.Hashing;

public sealed class ContentHasherTests
{
    // FIPS 180, the RIPEMD-160 authors' page and FIPS 202: the digests of "" and "abc".
    [Theory]
    [InlineData(HashAlgorithm.Sha1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    [InlineData(HashAlgorithm.Sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d")]
    [InlineData(HashAlgorithm.Rmd160, "", "9c1185a5c5e9fc54612808977ee8f548b2258d31-rmd160")]
    [InlineData(HashAlgorithm.Rmd160, "abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc-rmd160")]
    [InlineData(HashAlgorithm.Shake128, "", "7f9c2ba4e88f827d616045507605853ed73b8093-shake128")]
    [InlineData(HashAlgorithm.Shake128, "abc", "5881092dd818bf5cf8a3ddb793fbcba74097d5c5-shake128")]
    public void Known_texts_have_their_published_digests(HashAlgorithm algorithm, string text, string expected) =>
        Assert.Equal(expected, ContentHasher.Hash(algorithm, Encoding.ASCII.GetBytes(text)).ToString());

    [Theory]
    [InlineData(HashAlgorithm.Sha1)]
    [InlineData(HashAlgorithm.Rmd160)]
    [InlineData(HashAlgorithm.Shake128)]
    public void A_used_hasher_gives_what_a_fresh_one_gives_however_the_bytes_are_sliced(HashAlgorithm algorithm)
    {
        using ContentHasher hasher = new(algorithm);
        Prop.ForAll<byte[][]>(slices =>
        {
            foreach (byte[] slice in slices)
            {
                hasher.Append(slice);
            }

            return hasher.Finish() == ContentHasher.Hash(algorithm, slices.SelectMany(slice => slice).ToArray());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_golden_object_has_the_hash_that_names_it()
    {
        int count = 0;
        foreach (GoldenRepository repository in GoldenRepository.All)
        {
            foreach (ObjectName name in repository.ListObjects())
            {
                Assert.Equal(name.Hash, ContentHasher.Hash(name.Hash.Algorithm, repository.ReadStored(name)));
                count++;
            }
        }

        Assert.True(count > 500, $"{count} objects");
    }

    [Fact]
    public void Hashing_an_object_allocates_nothing()
    {
        using ContentHasher hasher = new(HashAlgorithm.Sha1);
        byte[] data = new byte[4096];
        Assert.Equal(0, Garbage.Least(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                hasher.Append(data);
                _ = hasher.Finish();
            }
        }));
    }
}
