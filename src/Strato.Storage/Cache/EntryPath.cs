using Strato.Core.Compression;
using Strato.Core.Hashing;

namespace Strato.Storage.Cache;

/// <summary>
/// The place of an entry in the cache directory: <c>ab/cdef…</c> with the hash's suffix and the kind's letter as in a repository's
/// storage, and <c>.plain</c> where the object is stored uncompressed, or <c>.whole</c> where the entry was assembled.
/// </summary>
internal static class EntryPath
{
    /// <summary>What a caller of <see cref="Format"/> puts on its stack.</summary>
    public const int MaximumLength = ObjectHash.MaxTextLength + 8;

    private static ReadOnlySpan<byte> PlainSuffix => ".plain"u8;

    private static ReadOnlySpan<byte> WholeSuffix => ".whole"u8;

    /// <summary>Writes the path as ASCII and returns the part that was written.</summary>
    public static ReadOnlySpan<byte> Format(in CachedObject entry, Span<byte> buffer)
    {
        Span<byte> text = buffer[1..];
        int length = entry.Name.Hash.Format(text);
        text[..2].CopyTo(buffer);
        buffer[2] = (byte)'/';
        length++;
        if (entry.Name.Kind != ObjectKind.File)
        {
            buffer[length++] = (byte)entry.Name.Kind;
        }

        if (entry.IsAssembled)
        {
            WholeSuffix.CopyTo(buffer[length..]);
            length += WholeSuffix.Length;
        }
        else if (entry.Compression == CompressionAlgorithm.None)
        {
            PlainSuffix.CopyTo(buffer[length..]);
            length += PlainSuffix.Length;
        }

        return buffer[..length];
    }

    /// <summary>
    /// Reads an entry back from the directory it stands in (two digits) and its file name; false for anything that is no entry.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> fileName, out CachedObject entry)
    {
        entry = default;
        CompressionAlgorithm compression = CompressionAlgorithm.Zlib;
        bool isAssembled = fileName.EndsWith(WholeSuffix);
        if (isAssembled)
        {
            compression = CompressionAlgorithm.None;
            fileName = fileName[..^WholeSuffix.Length];
        }
        else if (fileName.EndsWith(PlainSuffix))
        {
            compression = CompressionAlgorithm.None;
            fileName = fileName[..^PlainSuffix.Length];
        }

        if (directory.Length != 2 || fileName.Length < 2)
        {
            return false;
        }

        ObjectKind kind = ObjectKind.File;
        if (fileName[^1] is (byte)'C' or (byte)'H' or (byte)'X' or (byte)'M' or (byte)'P' or (byte)'L')
        {
            kind = (ObjectKind)fileName[^1];
            fileName = fileName[..^1];
        }

        Span<byte> text = stackalloc byte[ObjectHash.MaxTextLength];
        if (2 + fileName.Length > text.Length)
        {
            return false;
        }

        directory.CopyTo(text);
        fileName.CopyTo(text[2..]);
        if (!ObjectHash.TryParse(text[..(2 + fileName.Length)], out ObjectHash hash))
        {
            return false;
        }

        if (isAssembled && kind != ObjectKind.File)
        {
            return false;
        }

        entry = new CachedObject(new ObjectName(hash, kind), compression, isAssembled);
        return true;
    }
}
