using System.Runtime.InteropServices;
using Strato.Core.Compression;
using Strato.Core.Hashing;

namespace Strato.Client.Reading;

/// <summary>
/// One handle in the mapped file of open files: enough for a successor process to read the same bytes. A slot is free while
/// <see cref="State"/> is 0, which is written last when it is filled and first when it is freed. See docs/designs/012-outliving-the-daemon.md.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Length)]
internal struct OpenFileRecord
{
    /// <summary>Bytes of a record.</summary>
    public const int Length = 128;

    [FieldOffset(0)]
    public OpenFileState State;

    /// <summary>The part of the handle that tells one use of the slot from the next; it survives the slot's being free.</summary>
    [FieldOffset(4)]
    public uint Generation;

    /// <summary>The number of the OPEN request: one that comes again has had no answer, so this handle is nobody's.</summary>
    [FieldOffset(8)]
    public ulong Unique;

    /// <summary>Bytes of content.</summary>
    [FieldOffset(16)]
    public long Size;

    /// <summary>The first unit of the block in the arena; 0 for none. It holds the external path, then the chunks.</summary>
    [FieldOffset(24)]
    public uint Block;

    [FieldOffset(28)]
    public uint ChunkCount;

    /// <summary>Bytes of the external path; 0 for what lies in the object store.</summary>
    [FieldOffset(32)]
    public uint ExternalLength;

    [FieldOffset(36)]
    public CompressionAlgorithm Compression;

    /// <summary>The object of a file that is stored whole.</summary>
    [FieldOffset(40)]
    public ObjectHash Content;

    /// <summary>The node under which the open is counted for passthrough; 0 where it is not.</summary>
    [FieldOffset(112)]
    public ulong NodeId;

    /// <summary>The kernel's number of the file that it reads by itself; 0 where it does not.</summary>
    [FieldOffset(120)]
    public int BackingId;

    /// <summary>Bytes of the block.</summary>
    public readonly long BlockLength => ExternalLength + ((long)ChunkCount * OpenChunkRecord.Length);
}
