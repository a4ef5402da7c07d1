namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_open_out, 16 bytes.</summary>
public struct FuseOpenOut
{
    /// <summary>Comes back in every request on this open file.</summary>
    public ulong Handle;
    public FuseOpenFlags Flags;

    /// <summary>Where PASSTHROUGH is set, what the backing ioctl answered.</summary>
    public int BackingId;
}
