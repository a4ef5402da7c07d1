namespace Strato.Posix;

/// <summary>mount_setattr(2)'s attributes of one mount.</summary>
[Flags]
public enum MountAttributes
{
    None = 0,
    ReadOnly = 1,
    NoSetUserId = 2,
    NoDevices = 4,
    NoExecution = 8,
}
