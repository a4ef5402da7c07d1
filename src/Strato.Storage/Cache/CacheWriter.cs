using System.Buffers;
using System.Security.Cryptography;
using Strato.Core;
using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// An entry on its way into the cache: plain bytes written forward, then committed once they are verified, or disposed and gone. Nobody
/// sees it before the commit. Where the disk is full it makes room, and failing that goes on in memory. One thread at a time.
/// </summary>
public sealed class CacheWriter : IBufferWriter<byte>, IDisposable
{
    /// <summary>The most plain bytes of one object that memory takes in for a full disk.</summary>
    public const long MaximumInMemory = 256L << 20;

    private const int BufferSize = 128 * 1024;

    private readonly ObjectCache cache;
    private readonly CachedObject entry;
    private readonly bool isVolatile;
    private readonly IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[]? buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int buffered;
    private StagedFile? staged;
    private FileDescriptor? memory;
    private long flushed;

    internal CacheWriter(ObjectCache cache, in CachedObject entry, bool isVolatile)
    {
        this.cache = cache;
        this.entry = entry;
        this.isVolatile = isVolatile;
    }

    /// <summary>The bytes written so far.</summary>
    public long Length => flushed + buffered;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(Buffer.Length - buffered));
        buffered += count;
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => Reserve(sizeHint).AsSpan(buffered);

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => Reserve(sizeHint).AsMemory(buffered);

    /// <summary>Drops what was written, for another try at the same object.</summary>
    public void Reset()
    {
        buffered = 0;
        flushed = 0;
        _ = digest.GetHashAndReset();
        staged?.Dispose();
        staged = null;
        memory?.Dispose();
        memory = null;
    }

    /// <summary>
    /// Makes the entry visible and opens it. Called at most once, after the bytes were verified; the caller owns the result. What another
    /// process committed meanwhile is the same and is opened instead.
    /// </summary>
    /// <exception cref="StratoException">The disk fails.</exception>
    public OpenedObject Commit() => Commit(replaced: 0);

    /// <summary>The same for an entry that takes the place of others, of so many bytes, which the caller removes afterwards.</summary>
    internal OpenedObject Commit(long replaced)
    {
        Flush();
        if (memory is null && staged is null)
        {
            // An empty object wrote nothing yet.
            OpenDestination();
        }

        long length = flushed;
        if (memory is { } anonymous)
        {
            memory = null;
            return new OpenedObject(anonymous, length, IsCached: false);
        }

        Span<byte> sha256 = stackalloc byte[SHA256.HashSizeInBytes];
        digest.GetHashAndReset(sha256);
        StagedFile file = staged!;
        staged = null;
        using (file)
        {
            return cache.Commit(file, entry, length, sha256, isVolatile, replaced);
        }
    }

    public void Dispose()
    {
        Reset();
        digest.Dispose();
        if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = null;
        }
    }

    private byte[] Buffer => buffer ?? throw new ObjectDisposedException(nameof(CacheWriter));

    private byte[] Reserve(int sizeHint)
    {
        if (Buffer.Length - buffered < Math.Max(sizeHint, 1))
        {
            Flush();
            if (Buffer.Length < sizeHint)
            {
                ArrayPool<byte>.Shared.Return(Buffer);
                buffer = ArrayPool<byte>.Shared.Rent(sizeHint);
            }
        }

        return Buffer;
    }

    private void Flush()
    {
        if (buffered == 0)
        {
            return;
        }

        ReadOnlySpan<byte> bytes = Buffer.AsSpan(0, buffered);
        if (memory is null && staged is null)
        {
            OpenDestination();
        }

        Errno errno = WriteAt(bytes);
        if (errno != Errno.None && memory is null)
        {
            // Entries that were not used for longest give way; bytes that have no room even then, or whose disk fails, are kept in memory
            // for this once.
            errno = IsFull(errno) && cache.MakeRoom() ? WriteAt(bytes) : errno;
            if (errno != Errno.None)
            {
                cache.ReportRefused(Length, errno);
                MoveToMemory();
                errno = WriteAt(bytes);
            }
        }

        errno.ThrowIfFailed("caching an object", cache.Location);
        digest.AppendData(bytes);
        flushed += buffered;
        buffered = 0;
    }

    private void OpenDestination()
    {
        Errno errno = cache.OpenStaged(out staged);
        if (IsFull(errno) && cache.MakeRoom())
        {
            errno = cache.OpenStaged(out staged);
        }

        if (errno != Errno.None)
        {
            cache.ReportRefused(Length, errno);
            OpenMemory();
        }
    }

    private Errno WriteAt(ReadOnlySpan<byte> bytes)
    {
        if (memory is not null && flushed + bytes.Length > MaximumInMemory)
        {
            return Errno.ENOSPC;
        }

        return PosixFile.WriteAllAt(memory ?? staged!.File, bytes, flushed);
    }

    private void MoveToMemory()
    {
        OpenMemory();
        byte[] copy = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long done = 0;
            while (done < flushed && done < MaximumInMemory)
            {
                int wanted = (int)Math.Min(copy.Length, flushed - done);
                PosixFile.ReadFullyAt(staged!.File, copy.AsSpan(0, wanted), done, out int count).ThrowIfFailed("caching an object", cache.Location);
                PosixFile.WriteAllAt(memory!, copy.AsSpan(0, count), done).ThrowIfFailed("caching an object", cache.Location);
                done += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }

        staged!.Dispose();
        staged = null;
    }

    private void OpenMemory() =>
        MemoryFile.Create("strato-uncached"u8, out memory).ThrowIfFailed("keeping an object in memory for", cache.Location);

    private static bool IsFull(Errno errno) => errno is Errno.ENOSPC or Errno.EDQUOT;
}
