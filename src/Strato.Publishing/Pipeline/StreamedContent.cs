using Strato.Core.Catalogs;
using Strato.Core.Chunking;
using Strato.Core.Hashing;

namespace Strato.Publishing.Pipeline;

/// <summary>
/// Content that is cut and stored while it is read. One thread writes it, ends it and says whether it is to be kept; chunks are stored
/// meanwhile. When all of that is done the outcome is there.
/// </summary>
internal sealed class StreamedContent
{
    private readonly ContentPipeline pipeline;
    private readonly ContentChunker? chunker;
    private readonly Action<StoredContent> finished;
    private readonly List<FileChunk> chunks = [];
    private readonly Lock gate = new();
    private ChunkFeed feed;
    private byte[]? block;
    private int filled;
    private bool endsWithCut;
    private int unfinished = 2; // the writer and the first chunk

    /// <summary>Begins content.</summary>
    /// <param name="pipeline">Whose workers store it.</param>
    /// <param name="chunker">Fresh, or null to store the content whole.</param>
    /// <param name="finished">Called once, by the thread that finishes last: a worker's or the writer's.</param>
    public StreamedContent(ContentPipeline pipeline, ContentChunker? chunker, Action<StoredContent> finished)
    {
        this.pipeline = pipeline;
        this.chunker = chunker;
        this.finished = finished;
        feed = new ChunkFeed(this, 0, 0);
        pipeline.Queue.AddUrgent(feed);
    }

    /// <summary>The bytes so far that have gone to workers; all of them once the data has ended.</summary>
    public long Length { get; private set; }

    /// <summary>True where the content has more than one chunk.</summary>
    public bool IsCut => feed.Index > 0;

    /// <summary>A place for the next bytes, not empty; <see cref="Advance"/> takes them.</summary>
    public Span<byte> GetSpan()
    {
        block ??= pipeline.Blocks.Rent(pipeline.Cancellation);
        return block.AsSpan(filled);
    }

    /// <summary>Takes bytes, at least one, that were written to the start of the last span.</summary>
    public void Advance(int count)
    {
        int start = filled;
        filled += count;
        if (endsWithCut)
        {
            BeginChunk();
        }

        if (chunker is not null)
        {
            Cut(start);
        }

        if (filled == BlockPool.BlockLength)
        {
            Pass();
        }
    }

    /// <summary>Says that no more bytes follow. What becomes of them is decided by <see cref="Keep"/> or never.</summary>
    public void EndData()
    {
        Pass();

        // A cut at the very end of the content is no cut; content without one is a plain object.
        feed.End(IsCut ? ObjectKind.Chunk : ObjectKind.File);
        if (block is not null)
        {
            pipeline.Blocks.Return(block);
            block = null;
        }
    }

    /// <summary>Lets the outcome be told once it is there. Content that is not kept leaves objects that nothing names.</summary>
    public void Keep() => Finish();

    /// <summary>Called by a worker that has stored a chunk.</summary>
    public void ChunkStored(int index, FileChunk chunk)
    {
        lock (gate)
        {
            while (chunks.Count <= index)
            {
                chunks.Add(default);
            }

            chunks[index] = chunk;
        }

        Finish();
    }

    // Cuts what was added to the block from start on. The bytes before it have been through the chunker.
    private void Cut(int start)
    {
        while (chunker!.TryFindCut(block.AsSpan(start, filled - start), out int consumed))
        {
            int cut = start + consumed;
            int restLength = filled - cut;
            byte[]? rest = null;
            if (restLength > 0)
            {
                rest = pipeline.Blocks.Rent(pipeline.Cancellation);
                block.AsSpan(cut, restLength).CopyTo(rest);
            }

            filled = cut;
            Pass();
            if (rest is null)
            {
                endsWithCut = true;
                return;
            }

            block = rest;
            filled = restLength;
            start = 0;
            BeginChunk();
        }
    }

    private void BeginChunk()
    {
        endsWithCut = false;
        feed.End(ObjectKind.Chunk);
        feed = new ChunkFeed(this, feed.Index + 1, Length);
        Interlocked.Increment(ref unfinished);
        pipeline.Queue.AddUrgent(feed);
    }

    private void Pass()
    {
        if (filled > 0)
        {
            feed.Add(new Block(block!, filled));
            Length += filled;
            block = null;
            filled = 0;
        }
    }

    private void Finish()
    {
        if (Interlocked.Decrement(ref unfinished) != 0)
        {
            return;
        }

        bool isWhole = chunks.Count == 1;
        ObjectHash hash = isWhole
            ? chunks[0].Hash
            : new ObjectHash(chunks[0].Hash.Algorithm, stackalloc byte[ObjectHash.DigestLength]);
        finished(new StoredContent(hash, pipeline.Compression, Length, isWhole ? [] : chunks));
    }
}
