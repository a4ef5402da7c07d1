namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_release_in, 24 bytes.</summary>
public struct FuseReleaseIn
{
    public ulong Handle;
    public uint Flags;
    public uint ReleaseFlags;
    public ulong LockOwner;
}
