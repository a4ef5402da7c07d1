namespace Strato.Client.Nodes;

/// <summary>What a node is beyond its mode bits, as its catalog row says. Part of the mapped file: values never change meaning.</summary>
[Flags]
internal enum NodeFlags : ushort
{
    None = 0,

    /// <summary>A directory whose content lies in another catalog: a nested one or a bind mount point.</summary>
    MountPoint = 1 << 0,

    /// <summary>The content is a list of chunks; <see cref="NodeRecord.Content"/> is a digest of that list.</summary>
    Chunked = 1 << 1,

    /// <summary>The bytes lie at the external URL, not in the object store.</summary>
    External = 1 << 2,

    /// <summary>The kernel keeps no pages of this file.</summary>
    DirectIo = 1 << 3,

    /// <summary>The catalog row has extended attributes.</summary>
    HasXattrs = 1 << 4,
}
