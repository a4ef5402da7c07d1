namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_interrupt_in, 8 bytes.</summary>
public struct FuseInterruptIn
{
    /// <summary>The request whose caller got a signal.</summary>
    public ulong Unique;
}
