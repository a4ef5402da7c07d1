using System.Buffers;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Storage.Objects;

namespace Strato.Publishing.Objects;

/// <summary>
/// Makes objects of plain bytes, one after the other, and puts them: encoded, hashed and written in one pass. Owns an encoder, a hasher and their
/// buffers. One thread at a time.
/// </summary>
internal sealed class ObjectWriter : IDisposable
{
    /// <summary>Encoded bytes that are kept in memory; an object that grows beyond is written to a staged one.</summary>
    private const int KeptLength = 4 * 1024 * 1024;

    private readonly IObjectStore store;
    private readonly StoredCounter counter;
    private readonly CancellationToken cancellation;
    private readonly IEncoder encoder;
    private readonly ContentHasher hasher;
    // Only what is written becomes memory, so it need not begin small and grow.
    private readonly ArrayBufferWriter<byte> output = new(KeptLength + (KeptLength / 4));
    private IStagedObject? staged;

    public ObjectWriter(IObjectStore store, HashAlgorithm algorithm, ObjectEncoding encoding, StoredCounter counter, CancellationToken cancellation)
    {
        this.store = store;
        this.counter = counter;
        this.cancellation = cancellation;
        encoder = Encoders.Create(encoding);
        hasher = new ContentHasher(algorithm);
    }

    /// <summary>What catalogs record for the objects.</summary>
    public CompressionAlgorithm Compression => encoder.Algorithm;

    /// <summary>Makes and puts the object of bytes that are at hand.</summary>
    public ObjectHash PutWhole(ReadOnlySpan<byte> plain, ObjectKind kind)
    {
        output.ResetWrittenCount();
        encoder.EncodeAll(plain, output);
        hasher.Append(output.WrittenSpan);
        return Put(kind);
    }

    /// <summary>Begins an object; one that was not ended is dropped.</summary>
    public void Begin()
    {
        DropStaged();
        output.ResetWrittenCount();
        hasher.Reset();
        encoder.Begin();
    }

    /// <summary>Adds plain bytes to the object.</summary>
    public void Append(ReadOnlySpan<byte> plain)
    {
        encoder.Encode(plain, output);
        if (output.WrittenCount >= KeptLength)
        {
            staged ??= Blocking.Wait(store.CreateStagedAsync(cancellation));
            Spill(staged);
        }
    }

    /// <summary>Puts the object.</summary>
    public ObjectHash End(ObjectKind kind)
    {
        encoder.Finish(output);
        if (staged is null)
        {
            hasher.Append(output.WrittenSpan);
            return Put(kind);
        }

        Spill(staged);
        ObjectHash hash = hasher.Finish();
        if (Blocking.Wait(staged.PublishAsync(ObjectKey.Of(new ObjectName(hash, kind)), cancellation)))
        {
            counter.Add(staged.Length);
        }

        DropStaged();
        return hash;
    }

    public void Dispose()
    {
        DropStaged();
        encoder.Dispose();
        hasher.Dispose();
    }

    private ObjectHash Put(ObjectKind kind)
    {
        ObjectHash hash = hasher.Finish();
        if (Blocking.Wait(store.PutIfAbsentAsync(ObjectKey.Of(new ObjectName(hash, kind)), output.WrittenMemory, cancellation)))
        {
            counter.Add(output.WrittenCount);
        }

        return hash;
    }

    private void Spill(IStagedObject target)
    {
        hasher.Append(output.WrittenSpan);
        Blocking.Wait(target.WriteAsync(output.WrittenMemory, cancellation));
        output.ResetWrittenCount();
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
