using System.Buffers.Binary;
using System.Security.Cryptography;
using Strato.Core.Paths;

namespace Strato.Tests.Core.Paths;

public sealed class PathDigestTests
{
    [Fact]
    public void It_is_the_MD5_of_paths_of_every_length()
    {
        Random random = new(Seed: 1);
        for (int length = 0; length < 600; length++)
        {
            byte[] path = new byte[length];
            random.NextBytes(path);
            byte[] digest = MD5.HashData(path);

            PathKey expected = new(BinaryPrimitives.ReadInt64LittleEndian(digest), BinaryPrimitives.ReadInt64LittleEndian(digest.AsSpan(8)));
            Assert.Equal(expected, PathDigest.Of(path));
        }
    }
}
