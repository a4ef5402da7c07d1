using Strato.Core.Catalogs;
using Strato.Core.Hashing;

namespace Strato.Publishing.Pipeline;

/// <summary>
/// One chunk of content while it goes from whoever reads it to the worker that encodes it: blocks in, object out. One thread feeds, one
/// worker takes.
/// </summary>
internal sealed class ChunkFeed : IWork
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim ready = new(0);
    private readonly Queue<Block> blocks = [];
    private readonly StreamedContent content;
    private ObjectKind kind;

    public ChunkFeed(StreamedContent content, int index, long offset)
    {
        this.content = content;
        Index = index;
        Offset = offset;
    }

    public int Index { get; }

    /// <summary>Where the chunk begins in the content.</summary>
    public long Offset { get; }

    /// <summary>Adds a block, which becomes the worker's to return to the pool.</summary>
    public void Add(Block block)
    {
        lock (gate)
        {
            blocks.Enqueue(block);
        }

        ready.Release();
    }

    /// <summary>Says that no more blocks follow, and what the object is.</summary>
    public void End(ObjectKind objectKind)
    {
        kind = objectKind;
        ready.Release();
    }

    public void Run(Worker worker)
    {
        long size = 0;
        worker.BeginObject();
        while (TryTake(worker.Cancellation, out Block block))
        {
            worker.Encode(block.Span);
            size += block.Length;
            worker.Blocks.Return(block.Bytes);
        }

        ObjectHash hash = worker.EndObject(kind);
        content.ChunkStored(Index, new FileChunk(hash, Offset, size));
    }

    private bool TryTake(CancellationToken cancellation, out Block block)
    {
        ready.Wait(cancellation);
        lock (gate)
        {
            return blocks.TryDequeue(out block);
        }
    }
}
