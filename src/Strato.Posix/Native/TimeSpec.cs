namespace Strato.Posix.Native;

/// <summary>struct timespec of a 64-bit system.</summary>
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}
