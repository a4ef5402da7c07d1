using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>
/// Descriptors that stand for a process (pidfd, Linux 5.3): unlike a number they never come to mean another one. They become readable when the
/// process has ended, all its threads and descriptors included.
/// </summary>
public static class ProcessDescriptor
{
    // The same on every architecture.
    private const nint SendSignalNumber = 424;
    private const nint OpenNumber = 434;

    /// <summary>Opens a process, close-on-exec; ESRCH where there is none.</summary>
    public static Errno Open(int process, out FileDescriptor? descriptor)
    {
        int result = (int)LibCProcess.SysCall(OpenNumber, process, 0, 0, 0);
        Errno errno = LibC.Check(result);
        descriptor = errno == Errno.None ? new FileDescriptor(result) : null;
        return errno;
    }

    /// <summary>Sends a signal; ESRCH where the process has ended.</summary>
    public static Errno Send(FileDescriptor process, Signal signal)
    {
        using DescriptorLease lease = new(process);
        return LibC.Check(LibCProcess.SysCall(SendSignalNumber, lease.Value, (nint)(int)signal, 0, 0));
    }
}
