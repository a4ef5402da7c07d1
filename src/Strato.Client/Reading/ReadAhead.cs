using Strato.Client.Requests;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Storage.Cache;

namespace Strato.Client.Reading;

/// <summary>
/// Fetches chunks before they are asked for, where a file is being read in order. A failure here is nobody's: whoever reads
/// the chunk asks again and is told. Safe on all threads; allocates nothing where the chunks are in the cache.
/// </summary>
internal sealed class ReadAhead
{
    /// <summary>
    /// How far beyond a read chunks are fetched, in bytes of content: two chunks of the default size, some seconds of what a slow link brings.
    /// </summary>
    private const long Window = 16 << 20;

    /// <summary>Transfers that may be under way at once; what comes beyond is left to the reader.</summary>
    private const int MaxTransfers = 8;

    private int transfers;

    /// <summary>The cache entry of a chunk.</summary>
    public static CachedObject ContentOf(OpenFile file, int index) =>
        new(new ObjectName(file.ChunkAt(index).Hash, ObjectKind.Chunk), file.Compression);

    /// <summary>What a request for a chunk that is not in the cache wants.</summary>
    public static ObjectWant WantOf(OpenFile file, int index)
    {
        ref readonly FileChunk chunk = ref file.ChunkAt(index);
        return new ObjectWant(file.Attachment!.Source, ContentOf(file, index), chunk.Size) { ExternalPath = file.ExternalPath, ExternalOffset = chunk.Offset };
    }

    /// <summary>Starts fetching the chunks from <paramref name="index"/> on that begin within the window behind <paramref name="readEnd"/>.</summary>
    public void Start(OpenFile file, int index, long readEnd)
    {
        IContentSource source = file.Attachment!.Source;
        for (; index < file.ChunkCount && file.ChunkAt(index).Offset < readEnd + Window; index++)
        {
            if (source.Contains(ContentOf(file, index)))
            {
                continue;
            }

            if (Interlocked.Increment(ref transfers) > MaxTransfers)
            {
                Interlocked.Decrement(ref transfers);
                return;
            }

            ObjectWant want = WantOf(file, index);
            ThreadPool.UnsafeQueueUserWorkItem(_ => _ = FetchAsync(want), null);
        }
    }

    private async Task FetchAsync(ObjectWant want)
    {
        try
        {
            await want.Source.FetchAsync(want, CancellationToken.None);
        }
        catch (StratoException)
        {
            // The reader meets the same failure and reports it.
        }
        finally
        {
            want.Dispose();
            Interlocked.Decrement(ref transfers);
        }
    }
}
