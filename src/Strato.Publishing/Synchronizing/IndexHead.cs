using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Strato.Core.Hashing;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Synchronizing;

/// <summary>What an index is about: a revision, and the ways in which the tree was brought into it.</summary>
/// <param name="First">With <paramref name="Second"/> a digest of root catalog, settings and rules; 0 for none.</param>
/// <param name="Second">The other half.</param>
/// <param name="Entries">The entries of the revision.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct IndexHead(ulong First, ulong Second, long Entries)
{
    /// <summary>Its bytes in the index.</summary>
    public const int Length = 24;

    /// <summary>The head of an index about a revision.</summary>
    /// <param name="root">The revision's root catalog.</param>
    /// <param name="settings">How the repository is published.</param>
    /// <param name="deletes">Whether what the tree lacked was removed.</param>
    /// <param name="dirtab">The rules for nested catalogs.</param>
    /// <param name="entries">The entries of the revision.</param>
    public static IndexHead Of(ObjectHash root, RepositorySettings settings, bool deletes, ReadOnlySpan<byte> dirtab, long entries)
    {
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(Encoding.UTF8.GetBytes($"{root}\n{settings}\n{deletes}\n"));
        digest.AppendData(dirtab);
        byte[] bytes = digest.GetHashAndReset();
        return new IndexHead(BinaryPrimitives.ReadUInt64LittleEndian(bytes) | 1, BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(8)), entries);
    }

    /// <summary>True where both are about the same revision, made in the same way.</summary>
    public bool IsAboutSame(in IndexHead other) => First != 0 && First == other.First && Second == other.Second;

    public static IndexHead Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, First);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Second);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Entries);
    }
}
