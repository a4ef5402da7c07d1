using System.Runtime.InteropServices;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Client.Nodes;

/// <summary>What a catalog row says of a node, before the table knows it. Blittable; lives on the stack.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct NodeDescription
{
    public PathKey Key;

    /// <summary>
    /// Where a hard-link group counts: the mount point of the catalog that holds it. Not used outside of groups.
    /// </summary>
    public PathKey GroupScope;

    public NodeAttributes Attributes;

    /// <inheritdoc cref="NodeRecord.Content"/>
    public ObjectHash Content;

    public CompressionAlgorithm Compression;

    public NodeFlags Flags;

    public ushort Attachment;

    public uint Epoch;

    public uint Catalog;
}
