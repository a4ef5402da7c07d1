using System.Security.Cryptography;
using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>Reads an entry against its digest piece by piece, so that whoever does it in the background can pause between. One thread at a time.</summary>
internal sealed class EntryDigestReader(FileDescriptor file) : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[]? expected = EntryDigest.TryRead(file, out byte[] value) ? value : null;
    private long length;
    private bool isUnreadable;

    /// <summary>What was found, once <see cref="ReadNext"/> has answered 0.</summary>
    public DigestVerdict Verdict
    {
        get
        {
            if (expected is null)
            {
                return DigestVerdict.Unknown;
            }

            Span<byte> sha256 = stackalloc byte[SHA256.HashSizeInBytes];
            hash.GetCurrentHash(sha256);
            Span<byte> actual = stackalloc byte[EntryDigest.Length];
            EntryDigest.Format(length, sha256, actual);
            return !isUnreadable && actual.SequenceEqual(expected) ? DigestVerdict.Good : DigestVerdict.Damaged;
        }
    }

    /// <summary>Reads on; answers how many bytes came, 0 at the end, where reading fails, and for an entry without a digest.</summary>
    public int ReadNext(byte[] buffer)
    {
        if (expected is null)
        {
            return 0;
        }

        isUnreadable = PosixFile.ReadAt(file, buffer, length, out int count) != Errno.None;
        if (isUnreadable)
        {
            return 0;
        }

        hash.AppendData(buffer, 0, count);
        length += count;
        return count;
    }

    public void Dispose() => hash.Dispose();
}
