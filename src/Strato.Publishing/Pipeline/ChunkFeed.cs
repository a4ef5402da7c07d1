using Strato.Core.Catalogs;
using Strato.Core.Hashing;

namespace Strato.Publishing.Pipeline;

/// <summary>
/// One chunk of content while it goes from whoever reads it to the worker that encodes it: blocks in, object out. One thread feeds, one
/// worker takes.
/// </summary>
internal sealed class ChunkFeed : IWork
{
    private readonly Queue<Block> blocks = []; // also the monitor that guards the rest
    private readonly StreamedContent content;
    private ObjectKind kind;
    private bool isComplete;

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
        lock (blocks)
        {
            blocks.Enqueue(block);
            Monitor.Pulse(blocks);
        }
    }

    /// <summary>Says that no more blocks follow, and what the object is.</summary>
    public void End(ObjectKind objectKind)
    {
        lock (blocks)
        {
            kind = objectKind;
            isComplete = true;
            Monitor.Pulse(blocks);
        }
    }

    public void Run(Worker worker)
    {
        using CancellationTokenRegistration wake =
            worker.Cancellation.UnsafeRegister(static feed => ((ChunkFeed)feed!).Wake(), this);
        long size = 0;
        worker.Objects.Begin();
        while (TryTake(worker.Cancellation, out Block block))
        {
            worker.Objects.Append(block.Span);
            size += block.Length;
            worker.Blocks.Return(block.Bytes);
        }

        ObjectHash hash = worker.Objects.End(kind);
        content.ChunkStored(Index, new FileChunk(hash, Offset, size));
    }

    private bool TryTake(CancellationToken cancellation, out Block block)
    {
        lock (blocks)
        {
            while (!blocks.TryDequeue(out block))
            {
                cancellation.ThrowIfCancellationRequested();
                if (isComplete)
                {
                    return false;
                }

                Monitor.Wait(blocks);
            }

            return true;
        }
    }

    private void Wake()
    {
        lock (blocks)
        {
            Monitor.PulseAll(blocks);
        }
    }
}
