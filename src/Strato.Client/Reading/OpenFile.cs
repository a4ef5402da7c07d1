using Strato.Client.Attachments;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;

namespace Strato.Client.Reading;

/// <summary>
/// A regular file that somebody has open: the content it had at that time, whatever the repository shows later. Objects of this
/// type are used again after they were closed. Fields are set before the kernel learns the handle and do not change until it is released.
/// </summary>
internal sealed class OpenFile
{
    private FileChunk[] chunks = [];
    private int lastChunk;
    private int chunksInOrder;
    private int heldObject = NoObject;
    private int damagedObject = NoObject;

    /// <summary>For the plain content of an empty file.</summary>
    public const int NoObject = -1;

    /// <summary>The part of the handle that tells one use of this object from the next.</summary>
    public uint Generation { get; set; } = 1;

    /// <summary>Null while nobody has the file open, and for one that a predecessor opened until somebody reads it here.</summary>
    public Attachment? Attachment { get; set; }

    /// <summary>Bytes of content, as the catalog says.</summary>
    public long Size { get; private set; }

    /// <summary>The object of a file that is stored whole; null for an empty one.</summary>
    public ObjectHash Content { get; private set; }

    /// <summary>How the stored bytes are encoded.</summary>
    public CompressionAlgorithm Compression { get; private set; }

    /// <summary>The file's path below the external URL, percent-encoded; null for what lies in the object store.</summary>
    public string? ExternalPath { get; private set; }

    /// <summary>
    /// The slot in <see cref="OpenObjects"/> of a file that is stored whole; <see cref="NoObject"/> for an empty one, and for one that a predecessor
    /// opened until somebody reads it here.
    /// </summary>
    public int Object => Volatile.Read(ref heldObject);

    /// <summary>The slot of an object that was found damaged and replaced; others may still read there, so it is kept until the file is closed.</summary>
    public int DamagedObject => Volatile.Read(ref damagedObject);

    /// <summary>The number of chunks; 0 for a file that is stored whole.</summary>
    public int ChunkCount { get; private set; }

    /// <summary>The node under which <see cref="Passthrough"/> counts this open; 0 where it does not.</summary>
    public ulong NodeId { get; private set; }

    /// <summary>What the kernel reads by itself; <see cref="Passthrough.None"/> where it reads through this process.</summary>
    public int BackingId { get; private set; }

    /// <summary>The node that was opened, for people; 0 where only a former daemon knew it.</summary>
    public ulong OpenedNode { get; set; }

    /// <summary>Opens it with content that is stored whole.</summary>
    public void OpenWhole(Attachment? attachment, long size, ObjectHash content, CompressionAlgorithm compression, string? externalPath, int objectSlot)
    {
        Attachment = attachment;
        Size = size;
        Content = content;
        Compression = compression;
        ExternalPath = externalPath;
        heldObject = objectSlot;
        damagedObject = NoObject;
        ChunkCount = 0;
    }

    /// <summary>Notes that <see cref="Passthrough"/> counts this open.</summary>
    public void Count(ulong nodeId, int backingId)
    {
        NodeId = nodeId;
        BackingId = backingId;
    }

    /// <summary>Notes the slot of its object. Answers the one that counts: another thread may have been faster.</summary>
    public int Hold(int objectSlot)
    {
        int before = Interlocked.CompareExchange(ref heldObject, objectSlot, NoObject);
        return before == NoObject ? objectSlot : before;
    }

    /// <summary>
    /// Notes that the object in a slot is damaged, so that it is held anew. False where that has happened before: a disk that spoils it again is not worth
    /// a third try.
    /// </summary>
    public bool TryGiveUp(int objectSlot)
    {
        int damaged = DamagedObject;
        if (damaged != NoObject && damaged != objectSlot)
        {
            return false;
        }

        // Of the threads that read from the slot, one gives it up; the others find it done.
        if (Interlocked.CompareExchange(ref heldObject, NoObject, objectSlot) == objectSlot)
        {
            Volatile.Write(ref damagedObject, objectSlot);
        }

        return true;
    }

    /// <summary>Opens it with the chunks that a predecessor had checked.</summary>
    public void Restore(long size, CompressionAlgorithm compression, string? externalPath, FileChunk[] list)
    {
        Attachment = null;
        Size = size;
        Compression = compression;
        ExternalPath = externalPath;
        chunks = list;
        ChunkCount = list.Length;
        lastChunk = -1;
        chunksInOrder = 0;
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
        Content = default;
        heldObject = NoObject;
        damagedObject = NoObject;
        ChunkCount = count;
        lastChunk = -1;
        chunksInOrder = 0;
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
        if (chunk == chunksInOrder)
        {
            chunksInOrder = chunk + 1;
        }

        return chunk == last + 1;
    }

    /// <summary>True for a file in chunks that was read from its first chunk through to its last; a guess, like the order.</summary>
    public bool WasReadToEnd => ChunkCount > 0 && chunksInOrder == ChunkCount;

    /// <summary>Empties it for the next use.</summary>
    public void Close()
    {
        Attachment = null;
        ExternalPath = null;
        Content = default;
        heldObject = NoObject;
        damagedObject = NoObject;
        ChunkCount = 0;
        NodeId = 0;
        OpenedNode = 0;
        BackingId = Passthrough.None;
        Generation++;
    }
}
