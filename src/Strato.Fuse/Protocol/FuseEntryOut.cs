namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_entry_out, 128 bytes: a name that was found.</summary>
public struct FuseEntryOut
{
    /// <summary>Zero for a name that is known not to exist (cached as such for <see cref="EntryValid"/>); otherwise the reply counts as one lookup of this node until a FORGET.</summary>
    public ulong NodeId;

    /// <summary>Together with <see cref="NodeId"/> never used for another file again.</summary>
    public ulong Generation;

    /// <summary>Seconds that the kernel may keep the name.</summary>
    public ulong EntryValid;

    /// <summary>Seconds that the kernel may keep the attributes.</summary>
    public ulong AttributesValid;
    public uint EntryValidNanoseconds;
    public uint AttributesValidNanoseconds;
    public FuseAttr Attributes;
}
