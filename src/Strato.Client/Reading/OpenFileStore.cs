using System.Runtime.InteropServices;
using System.Text;
using Strato.Core.Catalogs;
using Strato.Posix;

namespace Strato.Client.Reading;

/// <summary>
/// The open files in mapped memory, for a successor process: a header page, a record for each handle, an arena with chunk lists and external paths.
/// The file is sparse and of fixed length. Not synchronized; <see cref="OpenFiles"/> is.
/// </summary>
internal sealed unsafe class OpenFileStore : IDisposable
{
    /// <summary>The most files that can be open.</summary>
    public const uint MaxFiles = 1u << 20;

    /// <summary>The version of the layout; this class reads no other.</summary>
    public const uint Version = 2;

    // "STRATOOF" in little-endian bytes.
    private const ulong Magic = 0x464F4F5441525453;
    private const long RecordsOffset = 4096;
    private const long ArenaOffset = RecordsOffset + ((long)MaxFiles * OpenFileRecord.Length);
    private const long ArenaLength = 8L << 30;
    private const long FileLength = ArenaOffset + ArenaLength;
    private const uint LongestExternalPath = 64 * 1024;

    private readonly MemoryMap map;
    private readonly Header* header;
    private readonly OpenFileRecord* records;
    private readonly BlockArena arena;

    private OpenFileStore(FileDescriptor file)
    {
        File = file;
        MemoryMap.Create(file, FileLength, writable: true, out MemoryMap? mapped).ThrowIfFailed("map the table of open files");
        map = mapped!;
        header = (Header*)map.Address;
        records = (OpenFileRecord*)(map.Address + RecordsOffset);
        arena = new BlockArena(map.Address + ArenaOffset, ArenaLength);
    }

    /// <summary>The memory file, for whoever keeps it beyond this process. It stays this object's to close.</summary>
    public FileDescriptor File { get; }

    /// <summary>Slots that have been used at some time.</summary>
    public uint UsedSlots => header->UsedSlots;

    public static OpenFileStore Create()
    {
        MemoryFile.Create("strato-files"u8, out FileDescriptor? file).ThrowIfFailed("make the memory file of open files");
        PosixFile.Truncate(file!, FileLength).ThrowIfFailed("size the memory file of open files");
        OpenFileStore store = new(file!);
        store.header->Magic = Magic;
        store.header->Version = Version;
        store.header->RecordLength = OpenFileRecord.Length;
        return store;
    }

    /// <summary>Takes over what another process left, and the descriptor. Null where the file is no such table, or contradicts itself.</summary>
    public static OpenFileStore? Adopt(FileDescriptor file)
    {
        // A shorter file would raise SIGBUS behind its end.
        if (PosixFile.GetStatus(file, out FileStatus status) != Errno.None || status.Size != FileLength)
        {
            file.Dispose();
            return null;
        }

        OpenFileStore store = new(file);
        if (store.header->Magic == Magic && store.header->Version == Version && store.header->RecordLength == OpenFileRecord.Length
            && store.header->UsedSlots <= MaxFiles && store.TryRebuild())
        {
            return store;
        }

        store.Dispose();
        return null;
    }

    /// <summary>A slot's record.</summary>
    public ref readonly OpenFileRecord this[uint slot] => ref records[slot];

    /// <summary>Notes that a slot is in use from now on. False where there are no more.</summary>
    public bool TryUse(uint slot)
    {
        if (slot >= MaxFiles)
        {
            return false;
        }

        header->UsedSlots = Math.Max(header->UsedSlots, slot + 1);
        return true;
    }

    /// <summary>Writes down an open file. False where its chunks do not fit.</summary>
    public bool TryWrite(uint slot, ulong unique, OpenFile file)
    {
        ref OpenFileRecord record = ref records[slot];
        record.Generation = file.Generation;
        record.Unique = unique;
        record.Size = file.Size;
        record.ChunkCount = (uint)file.ChunkCount;
        record.ExternalLength = file.ExternalPath is null ? 0 : (uint)Encoding.UTF8.GetByteCount(file.ExternalPath);
        record.Compression = file.Compression;
        record.Content = file.Content;
        record.NodeId = file.NodeId;
        record.BackingId = file.BackingId;
        record.Block = 0;
        if (record.BlockLength > 0)
        {
            if (!arena.TryAllocate(record.BlockLength, out record.Block))
            {
                return false;
            }

            byte* block = arena.Address(record.Block);
            if (file.ExternalPath is not null)
            {
                Encoding.UTF8.GetBytes(file.ExternalPath, new Span<byte>(block, (int)record.ExternalLength));
            }

            OpenChunkRecord* chunks = (OpenChunkRecord*)(block + record.ExternalLength);
            for (int index = 0; index < file.ChunkCount; index++)
            {
                ref readonly FileChunk chunk = ref file.ChunkAt(index);
                chunks[index] = new OpenChunkRecord { Offset = chunk.Offset, Size = chunk.Size, Hash = chunk.Hash };
            }
        }

        Volatile.Write(ref *(uint*)&((OpenFileRecord*)&records[slot])->State, (uint)(file.ChunkCount > 0 ? OpenFileState.Chunked : OpenFileState.Whole));
        return true;
    }

    /// <summary>Frees a slot for the next generation.</summary>
    public void Clear(uint slot, uint nextGeneration)
    {
        OpenFileRecord* record = &records[slot];
        bool wasUsed = record->State != OpenFileState.Free;
        Volatile.Write(ref *(uint*)&record->State, (uint)OpenFileState.Free);
        record->Generation = nextGeneration;
        if (wasUsed && record->Block != 0)
        {
            arena.Free(record->Block, record->BlockLength);
            record->Block = 0;
        }
    }

    /// <summary>Gives an open file back what a used slot says.</summary>
    public void Read(uint slot, OpenFile file)
    {
        ref readonly OpenFileRecord record = ref records[slot];
        byte* block = arena.Address(record.Block);
        string? externalPath = record.ExternalLength == 0 ? null : Encoding.UTF8.GetString(block, (int)record.ExternalLength);
        if (record.State == OpenFileState.Whole)
        {
            file.OpenWhole(attachment: null, record.Size, record.Content, record.Compression, externalPath, OpenFile.NoObject);
            file.Count(record.NodeId, record.BackingId);
            return;
        }

        FileChunk[] chunks = new FileChunk[record.ChunkCount];
        OpenChunkRecord* kept = (OpenChunkRecord*)(block + record.ExternalLength);
        for (int index = 0; index < chunks.Length; index++)
        {
            chunks[index] = new FileChunk(kept[index].Hash, kept[index].Offset, kept[index].Size);
        }

        file.Restore(record.Size, record.Compression, externalPath, chunks);
        file.Count(record.NodeId, record.BackingId);
    }

    public void Dispose()
    {
        map.Dispose();
        File.Dispose();
    }

    private bool TryRebuild()
    {
        List<(uint Block, long Bytes)> used = [];
        for (uint slot = 0; slot < header->UsedSlots; slot++)
        {
            ref OpenFileRecord record = ref records[slot];
            if (record.State == OpenFileState.Free)
            {
                record.Block = 0;
                continue;
            }

            bool isChunked = record.State == OpenFileState.Chunked;
            if ((!isChunked && record.State != OpenFileState.Whole)
                || record.Size < 0
                || isChunked != (record.ChunkCount > 0)
                || !Enum.IsDefined(record.Compression)
                || record.ExternalLength > LongestExternalPath
                || (record.BackingId != Passthrough.None && record.NodeId == 0)
                || (record.BlockLength > 0) != (record.Block != 0))
            {
                return false;
            }

            if (record.Block != 0)
            {
                used.Add((record.Block, record.BlockLength));
            }
        }

        used.Sort();
        return arena.TryRebuild(CollectionsMarshal.AsSpan(used)) && HaveAllTheirChunks();
    }

    /// <summary>Whether the chunks of each file follow on each other and add up to its size; the blocks are known to lie in the arena.</summary>
    private bool HaveAllTheirChunks()
    {
        for (uint slot = 0; slot < header->UsedSlots; slot++)
        {
            ref readonly OpenFileRecord record = ref records[slot];
            if (record.State != OpenFileState.Chunked)
            {
                continue;
            }

            OpenChunkRecord* chunks = (OpenChunkRecord*)(arena.Address(record.Block) + record.ExternalLength);
            long end = 0;
            for (uint index = 0; index < record.ChunkCount; index++)
            {
                if (chunks[index].Offset != end || chunks[index].Size <= 0 || chunks[index].Size > record.Size - end)
                {
                    return false;
                }

                end += chunks[index].Size;
            }

            if (end != record.Size)
            {
                return false;
            }
        }

        return true;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public ulong Magic;
        public uint Version;
        public uint RecordLength;
        public uint UsedSlots;
    }
}
