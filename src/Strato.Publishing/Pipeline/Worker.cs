using Strato.Publishing.Objects;

namespace Strato.Publishing.Pipeline;

/// <summary>What one worker's thread owns, kept from object to object. Used by its thread only.</summary>
internal sealed class Worker(ContentPipeline pipeline, ObjectWriter writer) : IDisposable
{
    private byte[] input = [];

    /// <summary>Makes and puts objects.</summary>
    public ObjectWriter Objects => writer;

    public CancellationToken Cancellation => pipeline.Cancellation;

    public BlockPool Blocks => pipeline.Blocks;

    /// <summary>A buffer for a whole small file, at least this long.</summary>
    public byte[] Input(int length)
    {
        if (input.Length < length)
        {
            input = GC.AllocateUninitializedArray<byte>(Math.Max(length, ContentPipeline.SmallFileLimit));
        }

        return input;
    }

    public void Dispose() => writer.Dispose();
}
