using System.Buffers;
using Strato.Core.Hashing;
using Strato.Publishing.Objects;
using Strato.Storage.Http;
using Strato.Storage.Objects;

namespace Strato.Publishing.Replication;

/// <summary>
/// Takes objects as they are stored, one after the other, holds each against the hash that names it and only then puts it. Small ones are kept
/// in memory, others go to a staged object, so that memory stays bounded whatever a source sends. Belongs to one worker.
/// </summary>
internal sealed class ObjectIntake(IObjectStore store, CancellationToken cancellation) : IDownloadSink, IDisposable
{
    private const int KeptLength = 256 * 1024;

    private readonly ArrayBufferWriter<byte> kept = new(KeptLength + (64 * 1024));
    private ContentHasher hasher = new(HashAlgorithm.Sha1);
    private IStagedObject? staged;
    private ObjectName name;
    private long maximum;

    /// <summary>The stored bytes that came.</summary>
    public long Length { get; private set; }

    /// <summary>Says which object comes next, and how many stored bytes it may have.</summary>
    public void Expect(in ObjectName next, long maximumLength)
    {
        name = next;
        maximum = maximumLength;
        if (hasher.Algorithm != next.Hash.Algorithm)
        {
            hasher.Dispose();
            hasher = new ContentHasher(next.Hash.Algorithm);
        }
    }

    /// <inheritdoc/>
    public void Begin()
    {
        DropStaged();
        kept.ResetWrittenCount();
        hasher.Reset();
        Length = 0;
    }

    /// <inheritdoc/>
    public string? Write(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        if (Length > maximum)
        {
            return $"it is longer than the {maximum} stored bytes that it may have";
        }

        hasher.Append(bytes);
        kept.Write(bytes);
        if (kept.WrittenCount >= KeptLength)
        {
            staged ??= Blocking.Wait(store.CreateStagedAsync(cancellation));
            Spill(staged);
        }

        return null;
    }

    /// <inheritdoc/>
    public string? Finish() => hasher.Finish() == name.Hash ? null : "its bytes do not have the hash that names it";

    /// <summary>Makes visible what was downloaded and found right.</summary>
    public void Put()
    {
        string key = ObjectKey.Of(name);
        if (staged is null)
        {
            Blocking.Wait(store.PutIfAbsentAsync(key, kept.WrittenMemory, cancellation));
            return;
        }

        Spill(staged);
        Blocking.Wait(staged.PublishAsync(key, cancellation));
        DropStaged();
    }

    public void Dispose()
    {
        DropStaged();
        hasher.Dispose();
    }

    private void Spill(IStagedObject target)
    {
        Blocking.Wait(target.WriteAsync(kept.WrittenMemory, cancellation));
        kept.ResetWrittenCount();
    }

    private void DropStaged()
    {
        if (staged is not null)
        {
            Blocking.Wait(staged.DisposeAsync());
            staged = null;
        }
    }
}
