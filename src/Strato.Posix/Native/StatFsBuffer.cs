using System.Runtime.InteropServices;

namespace Strato.Posix.Native;

/// <summary>struct statfs of a 64-bit system, 120 bytes on x86_64 and aarch64.</summary>
[StructLayout(LayoutKind.Sequential, Size = 120)]
internal struct StatFsBuffer
{
    public long Type;
    public long BlockSize;
    public ulong Blocks;
    public ulong BlocksFree;
    public ulong BlocksAvailable;
    public ulong Files;
    public ulong FilesFree;
    public ulong FileSystemId;
    public long NameLength;
    public long FragmentSize;
    public long Flags;
}
