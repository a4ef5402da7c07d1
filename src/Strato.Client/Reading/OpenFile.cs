using Strato.Client.Attachments;
using Strato.Core.Catalogs;
using Strato.Core.Compression;

namespace Strato.Client.Reading;

/// <summary>
/// A regular file that somebody has open: the content it had at that time, whatever the repository shows later. Objects of this
/// type are used again after they were closed. Fields are set before the kernel learns the handle and do not change until it is released.
/// </summary>
internal sealed class OpenFile
{
    private FileChunk[] chunks = [];
    private int lastChunk;

    /// <summary>For the plain content of an empty file.</summary>
    public const int NoObject = -1;

    /// <summary>The part of the handle that tells one use of this object from the next.</summary>
    public uint Generation { get; set; } = 1;

    /// <summary>Null while nobody has the file open.</summary>
    public Attachment? Attachment { get; private set; }

    /// <summary>Bytes of content, as the catalog says.</summary>
    public long Size { get; private set; }

    /// <summary>How the stored bytes of the chunks are encoded.</summary>
    public CompressionAlgorithm Compression { get; private set; }

    /// <summary>The file's path below the external URL, percent-encoded; null for what lies in the object store.</summary>
    public string? ExternalPath { get; private set; }

    /// <summary>The slot in <see cref="OpenObjects"/> of a file that is stored whole; <see cref="NoObject"/> otherwise.</summary>
    public int Object { get; private set; } = NoObject;

    /// <summary>The number of chunks; 0 for a file that is stored whole.</summary>
    public int ChunkCount { get; private set; }

    /// <summary>Opens it with content that is stored whole.</summary>
    public void OpenWhole(Attachment attachment, long size, int objectSlot)
    {
        Attachment = attachment;
        Size = size;
        Object = objectSlot;
        ChunkCount = 0;
        ExternalPath = null;
    }

    /// <summary>
    /// Opens it with chunks, which must follow on each other without gaps and add up to the size. False where they do not.
    /// </summary>
    public bool TryOpenChunks(Attachment attachment, long size, CompressionAlgorithm compression, string? externalPath, CatalogChunks list)
    {
        int count = 0;
        long end = 0;
        foreach (FileChunk chunk in list)
        {
            if (chunk.Offset != end || chunk.Size == 0)
            {
                return false;
            }

            if (count == chunks.Length)
            {
                Array.Resize(ref chunks, Math.Max(16, count * 2));
            }

            chunks[count++] = chunk;
            end += chunk.Size;
        }

        if (end != size || count == 0)
        {
            return false;
        }

        Attachment = attachment;
        Size = size;
        Compression = compression;
        ExternalPath = externalPath;
        Object = NoObject;
        ChunkCount = count;
        lastChunk = -1;
        return true;
    }

    public ref readonly FileChunk ChunkAt(int index) => ref chunks[index];

    /// <summary>The chunk that holds an offset below <see cref="Size"/>.</summary>
    public int FindChunk(long offset)
    {
        int low = 0;
        int high = ChunkCount - 1;
        while (low < high)
        {
            int middle = low + ((high - low + 1) / 2);
            if (chunks[middle].Offset <= offset)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    /// <summary>
    /// Notes that a chunk is being read. True where reading has just moved on to it from the one before, or begins with the first:
    /// then the ones behind it will probably be wanted. Several threads may call it; a guess that gets lost costs nothing.
    /// </summary>
    public bool EntersInOrder(int chunk)
    {
        int last = Interlocked.Exchange(ref lastChunk, chunk);
        return chunk == last + 1;
    }

    /// <summary>Empties it for the next use.</summary>
    public void Close()
    {
        Attachment = null;
        ExternalPath = null;
        Object = NoObject;
        ChunkCount = 0;
        Generation++;
    }
}
