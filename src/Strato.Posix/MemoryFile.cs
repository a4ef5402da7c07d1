using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>Files that live in memory and have no name.</summary>
public static unsafe class MemoryFile
{
    /// <summary>Makes an empty, readable and writable, close-on-exec one; the name only shows in /proc.</summary>
    public static Errno Create(ReadOnlySpan<byte> name, out FileDescriptor? file)
    {
        const uint CloseOnExec = 1;
        file = null;
        using TerminatedPath terminated = new(name, stackalloc byte[TerminatedPath.StackSize]);
        if (!terminated.IsValid)
        {
            return Errno.EINVAL;
        }

        fixed (byte* native = terminated)
        {
            int result = LibCProcess.MemFdCreate(native, CloseOnExec);
            Errno errno = LibC.Check(result);
            file = errno == Errno.None ? new FileDescriptor(result) : null;
            return errno;
        }
    }
}
