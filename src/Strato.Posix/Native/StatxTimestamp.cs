namespace Strato.Posix.Native;

/// <summary>struct statx_timestamp.</summary>
internal struct StatxTimestamp
{
    public long Seconds;
    public uint Nanoseconds;
    public int Reserved;
}
