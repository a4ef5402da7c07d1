using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Strato.Core.Hashing;

namespace Strato.Client.Namespace;

/// <summary>
/// A digest that stands in for a content hash in node ids, where a catalog row has none: of link targets, chunk lists and
/// device numbers. It tells versions of one path apart and protects nothing (who can publish a collision can publish
/// the content), so it is fast and not cryptographic. Never used as an object's name.
/// </summary>
internal struct ContentDigest
{
    private const ulong C0 = 0x452821e638d01377;
    private const ulong C1 = 0xbe5466cf34e90c6c;
    private const ulong C2 = 0xc0ac29b7c97c50dd;

    private ulong first = C0;
    private ulong second = C1;

    public ContentDigest()
    {
    }

    public void Append(long value) => Mix((ulong)value, C2);

    /// <summary>Takes bytes in together with their number.</summary>
    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        Append(bytes.Length);
        while (bytes.Length >= 16)
        {
            Mix(MemoryMarshal.Read<ulong>(bytes), MemoryMarshal.Read<ulong>(bytes[8..]));
            bytes = bytes[16..];
        }

        Span<byte> tail = stackalloc byte[16];
        tail.Clear();
        bytes.CopyTo(tail);
        Mix(MemoryMarshal.Read<ulong>(tail), MemoryMarshal.Read<ulong>(tail[8..]));
    }

    public readonly ObjectHash Finish()
    {
        Span<byte> digest = stackalloc byte[ObjectHash.DigestLength];
        digest.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(digest, first);
        BinaryPrimitives.WriteUInt64LittleEndian(digest[8..], second);
        return new ObjectHash(HashAlgorithm.Sha1, digest);
    }

    private void Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(first ^ left, second ^ right ^ C2, out ulong low);
        second = high ^ left;
        first = low + right;
        first = (first ^ (first >> 29)) * C0;
    }
}
