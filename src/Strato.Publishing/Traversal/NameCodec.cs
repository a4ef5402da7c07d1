using Strato.Core.Hashing;

namespace Strato.Publishing.Traversal;

/// <summary>A name in a run: 20 bytes of digest, one of algorithm, one of kind.</summary>
internal readonly struct NameCodec : IRunCodec<ObjectName>
{
    public static int Length => ObjectHash.DigestLength + 2;

    public static IComparer<ObjectName> Order => NameOrder.Instance;

    public static void Write(in ObjectName record, Span<byte> target)
    {
        record.Hash.Bytes.CopyTo(target);
        target[ObjectHash.DigestLength] = (byte)record.Hash.Algorithm;
        target[ObjectHash.DigestLength + 1] = (byte)record.Kind;
    }

    public static ObjectName Read(ReadOnlySpan<byte> source)
    {
        ObjectHash hash = new((HashAlgorithm)source[ObjectHash.DigestLength], source[..ObjectHash.DigestLength]);
        return new ObjectName(hash, (ObjectKind)source[ObjectHash.DigestLength + 1]);
    }
}
