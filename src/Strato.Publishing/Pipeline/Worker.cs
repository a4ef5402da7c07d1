using System.Buffers;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Storage.Objects;

namespace Strato.Publishing.Pipeline;

/// <summary>
/// What one worker's thread owns: an encoder, a hasher and their buffers, kept from object to object. It makes an object of plain bytes and
/// puts it. Used by its thread only.
/// </summary>
internal sealed class Worker : IDisposable
{
    /// <summary>Encoded bytes that are kept in memory; an object that grows beyond is written to a staged one.</summary>
    private const int KeptLength = 4 * 1024 * 1024;

    private readonly ContentPipeline pipeline;
    private readonly IObjectStore store;
    private readonly IEncoder encoder;
    private readonly ContentHasher hasher;
    private readonly ArrayBufferWriter<byte> output = new(256 * 1024);
    private byte[] input = [];
    private IStagedObject? staged;

    public Worker(ContentPipeline pipeline, IObjectStore store, PipelineOptions options)
    {
        this.pipeline = pipeline;
        this.store = store;
        encoder = Encoders.Create(options.Encoding);
        hasher = new ContentHasher(options.Hash);
    }

    public CancellationToken Cancellation => pipeline.Cancellation;

    public BlockPool Blocks => pipeline.Blocks;

    /// <summary>A buffer for a whole small file, at least this long.</summary>
    public byte[] Input(int length)
    {
        if (input.Length < length)
        {
            input = GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, Math.Max(length, 2L * input.Length)));
        }

        return input;
    }

    /// <summary>Makes and puts the object of bytes that are at hand.</summary>
    public ObjectHash PutWhole(ReadOnlySpan<byte> plain, ObjectKind kind)
    {
        output.ResetWrittenCount();
        encoder.EncodeAll(plain, output);
        hasher.Append(output.WrittenSpan);
        return Put(kind);
    }

    /// <summary>Begins an object.</summary>
    public void BeginObject()
    {
        output.ResetWrittenCount();
        hasher.Reset();
        encoder.Begin();
    }

    /// <summary>Adds plain bytes to the object.</summary>
    public void Encode(ReadOnlySpan<byte> plain)
    {
        encoder.Encode(plain, output);
        if (output.WrittenCount >= KeptLength)
        {
            staged ??= Completed(store.CreateStagedAsync(Cancellation));
            Spill();
        }
    }

    /// <summary>Puts the object.</summary>
    public ObjectHash EndObject(ObjectKind kind)
    {
        encoder.Finish(output);
        if (staged is null)
        {
            hasher.Append(output.WrittenSpan);
            return Put(kind);
        }

        Spill();
        ObjectHash hash = hasher.Finish();
        if (Completed(staged.PublishAsync(ObjectKey.Of(new ObjectName(hash, kind)), Cancellation)))
        {
            pipeline.Statistics.AddObject(staged.Length);
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
        if (Completed(store.PutIfAbsentAsync(ObjectKey.Of(new ObjectName(hash, kind)), output.WrittenMemory, Cancellation)))
        {
            pipeline.Statistics.AddObject(output.WrittenCount);
        }

        return hash;
    }

    private void Spill()
    {
        hasher.Append(output.WrittenSpan);
        ValueTask write = staged!.WriteAsync(output.WrittenMemory, Cancellation);
        if (!write.IsCompletedSuccessfully)
        {
            write.AsTask().GetAwaiter().GetResult();
        }

        output.ResetWrittenCount();
    }

    private void DropStaged()
    {
        if (staged is not null)
        {
            staged.DisposeAsync().AsTask().GetAwaiter().GetResult();
            staged = null;
        }
    }

    // A local store has answered by now; for another one this thread has nothing better to do than to wait.
    private static T Completed<T>(ValueTask<T> task) =>
        task.IsCompletedSuccessfully ? task.Result : task.AsTask().GetAwaiter().GetResult();
}
