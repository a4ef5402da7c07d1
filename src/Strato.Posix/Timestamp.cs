namespace Strato.Posix;

/// <summary>A moment as the kernel keeps it: seconds since 1970-01-01 UTC, negative before, plus 0 to 999,999,999 nanoseconds.</summary>
public readonly record struct Timestamp(long Seconds, uint Nanoseconds);
