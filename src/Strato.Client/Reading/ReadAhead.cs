using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;
using Strato.Storage.Objects;

namespace Strato.Client.Reading;

/// <summary>Has chunks fetched before they are asked for, where a file is being read in order. Allocates nothing where they are in the cache.</summary>
internal static class ReadAhead
{
    /// <summary>
    /// How far beyond a read chunks are fetched, in bytes of content: two chunks of the default size, some seconds of what a slow link brings.
    /// </summary>
    private const long Window = 16 << 20;

    /// <summary>The cache entry of a chunk.</summary>
    public static CachedObject ContentOf(OpenFile file, int index) => new(new ObjectName(file.ChunkAt(index).Hash, ObjectKind.Chunk), file.Compression);

    /// <summary>What brings a chunk in.</summary>
    public static ObjectRequest RequestOf(OpenFile file, int index)
    {
        ref readonly FileChunk chunk = ref file.ChunkAt(index);
        return new ObjectRequest(ContentOf(file, index), chunk.Size)
        {
            ExternalPath = file.ExternalPath,
            ExternalRange = file.ExternalPath is null ? null : new ByteRange(chunk.Offset, chunk.Size),
        };
    }

    /// <summary>Has the chunks from <paramref name="index"/> on fetched that begin within the window behind <paramref name="readEnd"/>.</summary>
    public static void Start(OpenFile file, int index, long readEnd)
    {
        IContentSource source = file.Attachment!.Source;
        for (; index < file.ChunkCount && file.ChunkAt(index).Offset < readEnd + Window; index++)
        {
            if (!source.Contains(ContentOf(file, index)))
            {
                source.Prefetch(RequestOf(file, index));
            }
        }
    }
}
