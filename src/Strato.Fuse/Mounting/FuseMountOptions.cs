namespace Strato.Fuse.Mounting;

/// <summary>How to mount. Immutable.</summary>
public sealed record FuseMountOptions
{
    /// <summary>What /proc/mounts shows as the file system's source, such as a repository's name; bytes without NUL.</summary>
    public required byte[] Source { get; init; }

    /// <summary>What follows <c>fuse.</c> in the file system's type: letters, digits, dots and dashes.</summary>
    public string Subtype { get; init; } = "strato";

    /// <summary>Let other users in. Who is not root needs <c>user_allow_other</c> in /etc/fuse.conf for it.</summary>
    public bool AllowOther { get; init; } = true;

    /// <summary>The kernel checks the mode bits that the file system shows.</summary>
    public bool DefaultPermissions { get; init; } = true;

    /// <summary>Bytes of the longest read request; <see cref="FuseConnectionOptions.MaxData"/> of the connection that serves it.</summary>
    public int MaxRead { get; init; } = 1024 * 1024;
}
