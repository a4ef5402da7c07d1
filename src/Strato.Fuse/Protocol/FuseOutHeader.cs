namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_out_header, 16 bytes: what every reply and notification starts with.</summary>
public struct FuseOutHeader
{
    /// <summary>Bytes of the whole message, this header included.</summary>
    public uint Length;

    /// <summary>Zero or a negated errno; of a notification its <see cref="FuseNotification"/> code.</summary>
    public int Error;

    /// <summary>The request's number; zero in a notification.</summary>
    public ulong Unique;
}
