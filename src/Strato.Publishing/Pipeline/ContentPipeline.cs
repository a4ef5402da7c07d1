using System.Runtime.ExceptionServices;
using Strato.Core.Chunking;
using Strato.Core.Compression;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Pipeline;

/// <summary>
/// Stores content: reads files, cuts, encodes and hashes them and puts the objects, on all cores and in bounded memory
/// (docs/designs/004-publishing.md has the stages and bounds). One thread submits; outcomes come on the pipeline's threads, in any order.
/// The first failure of any thread stops all of them and is thrown by the next call.
/// </summary>
internal sealed class ContentPipeline : IDisposable
{
    /// <summary>Files up to this size go through one worker as a whole, unless the repository cuts even smaller ones.</summary>
    public const int SmallFileLimit = 4 * 1024 * 1024;

    private readonly CancellationTokenSource stop;
    private readonly List<Thread> threads = [];
    private readonly LargeFileReader reader;
    private readonly ChunkSizes? sizes;
    private readonly int smallLimit;
    private readonly SemaphoreSlim idle = new(0);
    private ExceptionDispatchInfo? failure;
    private long pending = 1; // whoever submits

    public ContentPipeline(IObjectStore store, PipelineOptions options, StoredCounter objects, CancellationToken cancellation)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Cancellation = stop.Token;
        sizes = options.Chunks;
        smallLimit = (int)Math.Min(SmallFileLimit, options.Chunks?.Minimum ?? SmallFileLimit);
        Compression = options.Encoding == ObjectEncoding.None ? CompressionAlgorithm.None : CompressionAlgorithm.Zlib;
        Queue = new WorkQueue(options.QueuedFiles);
        Blocks = new BlockPool(options.QueuedBytes);
        reader = new LargeFileReader(this, options);
        for (int number = 0; number < options.Workers; number++)
        {
            Start($"worker {number}", () => Work(new ObjectWriter(store, options.Hash, options.Encoding, objects, Cancellation)));
        }

        Start("reader", reader.Run);
    }

    /// <summary>What catalogs record of every file.</summary>
    public CompressionAlgorithm Compression { get; }

    /// <summary>Contents that were stored, new or not, with their plain bytes.</summary>
    public StoredCounter Contents { get; } = new();

    /// <summary>Set when a thread has failed or the caller gives up.</summary>
    public CancellationToken Cancellation { get; }

    internal WorkQueue Queue { get; }

    internal BlockPool Blocks { get; }

    /// <summary>Stores a file's content. Waits while too many files are queued.</summary>
    public void Submit(FileRequest request)
    {
        Interlocked.Increment(ref pending);
        Guard(() =>
        {
            if (request.Status.Size <= smallLimit)
            {
                Queue.Add(new SmallFile(this, request), Cancellation);
            }
            else
            {
                reader.Add(request);
            }
        });
    }

    /// <summary>
    /// Stores content that the caller writes, on its own thread, into the result; then it calls <see cref="StreamedContent.EndData"/> and
    /// <see cref="StreamedContent.Keep"/>.
    /// </summary>
    /// <param name="request">Who is told.</param>
    /// <param name="length">The length to come, which decides whether it may be cut.</param>
    public StreamedContent OpenStream(ContentRequest request, long length)
    {
        Interlocked.Increment(ref pending);
        ContentChunker? chunker = sizes?.MayCut(length) == true ? new ContentChunker(sizes) : null;
        return new StreamedContent(this, chunker, content => Finish(request, content));
    }

    /// <summary>Waits for a block of <see cref="BlockPool.BlockLength"/> bytes to put small content into, for <see cref="Submit(ContentRequest, Block)"/>.</summary>
    public byte[] RentBlock() => Blocks.Rent(Cancellation);

    /// <summary>Stores content that is at hand, whole; the block goes back by itself.</summary>
    public void Submit(ContentRequest request, Block content)
    {
        Interlocked.Increment(ref pending);
        Guard(() => Queue.Add(new SmallContent(this, request, content), Cancellation));
    }

    /// <summary>Waits until everything that was submitted is stored and told. More may be submitted afterwards.</summary>
    public void Drain()
    {
        if (Interlocked.Decrement(ref pending) > 0)
        {
            Guard(() => idle.Wait(Cancellation));
        }

        Interlocked.Increment(ref pending);
        failure?.Throw();
    }

    /// <summary>Runs something of the submitting thread's that may wait for the pipeline, and throws the pipeline's failure instead of its own.</summary>
    public void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (OperationCanceledException)
        {
            Volatile.Read(ref failure)?.Throw();
            throw;
        }
    }

    /// <summary>Stops the threads and waits for them.</summary>
    public void Dispose()
    {
        stop.Cancel();
        threads.ForEach(thread => thread.Join());

        reader.Dispose();
        Queue.Dispose();
        Blocks.Dispose();
        idle.Dispose();
        stop.Dispose();
    }

    /// <summary>Hands a file that grew to the reader of big ones.</summary>
    internal void SubmitLarge(FileRequest request) => reader.Add(request);

    /// <summary>Tells an outcome.</summary>
    internal void Finish(ContentRequest request, in StoredContent content)
    {
        Contents.Add(content.Size);
        request.Complete(content);
        if (Interlocked.Decrement(ref pending) == 0)
        {
            idle.Release();
        }
    }

    private void Work(ObjectWriter writer)
    {
        using Worker worker = new(this, writer);
        while (true)
        {
            Queue.Take(Cancellation).Run(worker);
        }
    }

    private void Start(string name, Action run)
    {
        Thread thread = new(() => Run(run)) { Name = $"publish {name}", IsBackground = true };
        threads.Add(thread);
        thread.Start();
    }

    private void Run(Action run)
    {
        try
        {
            run();
        }
        catch (OperationCanceledException) when (Cancellation.IsCancellationRequested)
        {
            // The pipeline is being stopped.
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(error), null);
            stop.Cancel();
        }
    }
}
