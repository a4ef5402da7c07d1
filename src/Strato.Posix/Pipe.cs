using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>pipe2(2).</summary>
public static unsafe class Pipe
{
    /// <summary>A pipe, both of its ends close-on-exec.</summary>
    public static Errno Create(out FileDescriptor? reader, out FileDescriptor? writer)
    {
        const int CloseOnExec = 0x8_0000;
        reader = writer = null;
        int* pair = stackalloc int[2];
        Errno errno = LibC.Check(LibCProcess.Pipe2(pair, CloseOnExec));
        if (errno == Errno.None)
        {
            reader = new FileDescriptor(pair[0]);
            writer = new FileDescriptor(pair[1]);
        }

        return errno;
    }
}
