using System.Runtime.InteropServices;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Client.Nodes;

/// <summary>
/// One node in the mapped table: two cache lines, no pointers. A slot is free while <see cref="Id"/> is 0, and the id is
/// written last, so that a process that dies in between leaves a free slot behind. See docs/designs/001-node-table.md.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Length)]
internal struct NodeRecord
{
    /// <summary>Bytes of a record.</summary>
    public const int Length = 128;

    /// <summary>The kernel's node id, which is also the inode number shown; 0 for a free slot.</summary>
    [FieldOffset(0)]
    public ulong Id;

    /// <summary>The parent's id; its own for a root.</summary>
    [FieldOffset(8)]
    public ulong ParentId;

    /// <summary>How many lookups the kernel holds.</summary>
    [FieldOffset(16)]
    public ulong Lookups;

    /// <summary>The key of the path under which the node was first seen.</summary>
    [FieldOffset(24)]
    public PathKey Key;

    [FieldOffset(40)]
    public NodeAttributes Attributes;

    [FieldOffset(80)]
    public uint ParentSlot;

    /// <summary>How many records name this one as their parent; they need it to rebuild their paths.</summary>
    [FieldOffset(84)]
    public uint Children;

    /// <summary>The name's first granule in the arena.</summary>
    [FieldOffset(88)]
    public uint NameBlock;

    /// <summary>The epoch of the revision that the attributes were read from.</summary>
    [FieldOffset(92)]
    public uint Epoch;

    /// <summary>
    /// For a directory, which of that epoch's catalogs holds what is in it; <see cref="UnknownCatalog"/> until it was needed.
    /// </summary>
    [FieldOffset(96)]
    public uint Catalog;

    /// <summary>The attachment's number.</summary>
    [FieldOffset(100)]
    public ushort Attachment;

    [FieldOffset(102)]
    public byte NameLength;

    [FieldOffset(103)]
    public CompressionAlgorithm Compression;

    /// <summary>
    /// A regular file's content hash; a digest of the chunk list, the link target or the device for what has none. Not set for directories.
    /// </summary>
    [FieldOffset(104)]
    public ObjectHash Content;

    [FieldOffset(126)]
    public NodeFlags Flags;

    public const uint UnknownCatalog = uint.MaxValue;

    public readonly bool Has(NodeFlags flag) => (Flags & flag) != NodeFlags.None;
}
