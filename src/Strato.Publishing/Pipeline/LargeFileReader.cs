using System.Collections.Concurrent;
using Strato.Core.Chunking;
using Strato.Posix;

namespace Strato.Publishing.Pipeline;

/// <summary>
/// Reads big files, one after the other on one thread, cutting them into chunks for the workers. It does not wait for those: the next
/// file is read while chunks of the last one are still encoded.
/// </summary>
internal sealed class LargeFileReader : IDisposable
{
    private readonly ContentPipeline pipeline;
    private readonly ChunkSizes? sizes;
    private readonly bool keepsBulkObjects;
    private readonly BlockingCollection<FileRequest> requests;

    public LargeFileReader(ContentPipeline pipeline, PipelineOptions options)
    {
        this.pipeline = pipeline;
        sizes = options.Chunks;
        keepsBulkObjects = options.LegacyBulkObjects;
        requests = new BlockingCollection<FileRequest>(options.QueuedFiles);
    }

    public void Add(FileRequest request) => requests.Add(request, pipeline.Cancellation);

    /// <summary>The thread's work, until the pipeline is cancelled.</summary>
    public void Run()
    {
        foreach (FileRequest request in requests.GetConsumingEnumerable(pipeline.Cancellation))
        {
            Read(request);
        }
    }

    public void Dispose() => requests.Dispose();

    private void Read(FileRequest request)
    {
        bool isDone = false;
        for (int attempt = 1; !isDone; attempt++)
        {
            using FileDescriptor file = SourceFile.Open(request.Path);
            isDone = TryRead(request, file, attempt);
        }
    }

    private bool TryRead(FileRequest request, FileDescriptor file, int attempt)
    {
        PosixFile.GetStatus(file, out FileStatus before).ThrowIfFailed("read", request.Path);
        bool mayCut = sizes?.MayCut(before.Size) == true;
        LargeFileOutcome? outcome = null;
        StreamedContent chunks = Stream(request, file, mayCut ? new ContentChunker(sizes!) : null, content => outcome!.TakeChunks(content), before.Size);
        StreamedContent? bulk = keepsBulkObjects && chunks.IsCut ? Stream(request, file, null, content => outcome!.TakeBulk(content), before.Size) : null;
        PosixFile.GetStatus(file, out FileStatus after).ThrowIfFailed("read", request.Path);
        if (chunks.Length != after.Size || (bulk is not null && bulk.Length != after.Size) || !SourceFile.IsSame(before, after))
        {
            SourceFile.RequireRetry(request.Path, after, attempt);
            return false;
        }

        request.Status = after;
        outcome = new LargeFileOutcome(pipeline, request, hasBulkObject: bulk is not null);
        chunks.Keep();
        bulk?.Keep();
        return true;
    }

    /// <summary>Reads to the end, or to where it shows that the file has grown: one that is written without pause ends there, too.</summary>
    private StreamedContent Stream(FileRequest request, FileDescriptor file, ContentChunker? chunker, Action<StoredContent> finished, long expected)
    {
        StreamedContent content = new(pipeline, chunker, finished);
        long offset = 0;
        while (true)
        {
            PosixFile.ReadAt(file, content.GetSpan(), offset, out int count).ThrowIfFailed("read", request.Path);
            if (count == 0 || offset > expected)
            {
                content.EndData();
                return content;
            }

            content.Advance(count);
            offset += count;
        }
    }
}
