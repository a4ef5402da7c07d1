namespace Strato.Posix;

/// <summary>What to hold on a whole file through flock(2). The lock belongs to the open file description, not to the process.</summary>
public enum FileLock
{
    Shared = 1,
    Exclusive = 2,
    None = 8,
}
