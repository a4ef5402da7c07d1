namespace Strato.Publishing.Pipeline;

/// <summary>Joins the chunks of a big file and, where the repository keeps one, its bulk object. Any thread may tell either.</summary>
internal sealed class LargeFileOutcome(ContentPipeline pipeline, FileRequest request, bool hasBulkObject)
{
    private StoredContent chunks;
    private StoredContent bulk;
    private int missing = hasBulkObject ? 2 : 1;

    public void TakeChunks(StoredContent content)
    {
        chunks = content;
        Finish();
    }

    public void TakeBulk(StoredContent content)
    {
        bulk = content;
        Finish();
    }

    private void Finish()
    {
        if (Interlocked.Decrement(ref missing) == 0)
        {
            pipeline.Finish(request, hasBulkObject ? chunks with { Hash = bulk.Hash } : chunks);
        }
    }
}
