namespace Strato.Posix;

/// <summary>umount2(2)'s flags.</summary>
[Flags]
public enum UnmountFlags
{
    None = 0,

    /// <summary>FUSE aborts its connection: every waiting caller gets an error.</summary>
    Force = 1,

    /// <summary>Take it out of the tree now and end it when its last user has gone.</summary>
    Detach = 2,
    NoFollow = 8,
}
