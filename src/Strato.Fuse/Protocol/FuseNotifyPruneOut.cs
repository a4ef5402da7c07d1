namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_notify_prune_out, 16 bytes, followed by as many node ids of 64 bits.</summary>
public struct FuseNotifyPruneOut
{
    /// <summary>Node ids that follow.</summary>
    public uint Count;

    public uint Padding;

    public ulong Spare;
}
