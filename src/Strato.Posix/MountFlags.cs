namespace Strato.Posix;

/// <summary>mount(2)'s flags.</summary>
[Flags]
public enum MountFlags
{
    None = 0,
    ReadOnly = 1,
    NoSetUserId = 2,
    NoDevices = 4,
    NoExecution = 8,
    Remount = 32,
    NoAccessTime = 1024,
    Bind = 4096,
    Recursive = 16384,
    Private = 1 << 18,
}
