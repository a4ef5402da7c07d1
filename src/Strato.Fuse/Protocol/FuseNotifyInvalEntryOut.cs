namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_notify_inval_entry_out, 16 bytes, followed by the name and a NUL.</summary>
public struct FuseNotifyInvalEntryOut
{
    public ulong Parent;

    /// <summary>Without the NUL.</summary>
    public uint NameLength;

    /// <summary>1 is EXPIRE_ONLY.</summary>
    public uint Flags;
}
