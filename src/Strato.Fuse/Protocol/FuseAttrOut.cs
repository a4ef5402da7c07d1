namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_attr_out, 104 bytes.</summary>
public struct FuseAttrOut
{
    /// <summary>Seconds that the kernel may keep the attributes.</summary>
    public ulong AttributesValid;
    public uint AttributesValidNanoseconds;
    public uint Reserved;
    public FuseAttr Attributes;
}
