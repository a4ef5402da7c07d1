using System.Runtime.InteropServices;
using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>Calls on this process and on others.</summary>
public static class PosixProcess
{
    /// <summary>The real user's id.</summary>
    public static uint UserId => LibCProcess.GetUid();

    /// <summary>The user's id that the kernel checks; 0 is root.</summary>
    public static uint EffectiveUserId => LibCProcess.GetEUid();

    public static uint GroupId => LibCProcess.GetGid();

    public static uint EffectiveGroupId => LibCProcess.GetEGid();

    /// <summary>Sends a signal; ESRCH where there is no such process.</summary>
    public static Errno Kill(int process, Signal signal) => LibC.Check(LibCProcess.Kill(process, (int)signal));

    /// <summary>Has the kernel send this process a signal when the thread that started it ends.</summary>
    public static Errno SetParentDeathSignal(Signal signal) => LibC.Check(LibCProcess.PrCtl(1, (nuint)signal, 0, 0, 0));

    /// <summary>Has a signal do nothing to this process. Programs that it starts inherit that, unless <see cref="SpawnOptions.DefaultSignals"/>.</summary>
    public static void Ignore(Signal signal)
    {
        const nint ignore = 1;
        const nint failed = -1;
        (LibCProcess.SetSignalHandler((int)signal, ignore) == failed ? (Errno)Marshal.GetLastPInvokeError() : Errno.None).ThrowIfFailed("ignore a signal");
    }

    /// <summary>Changes the working directory of all threads.</summary>
    public static unsafe Errno ChangeDirectory(ReadOnlySpan<byte> path)
    {
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        fixed (byte* native = terminated)
        {
            return terminated.IsValid ? LibC.Check(LibCProcess.ChDir(native)) : Errno.EINVAL;
        }
    }

    /// <summary>Leaves the terminal and its process group for a session of this process's own. EPERM where it leads a group.</summary>
    public static Errno StartSession() => LibC.Check(LibCProcess.SetSid());

    /// <summary>Makes a standard stream's number (0, 1 or 2) mean another open file; what it meant before is closed.</summary>
    public static Errno ReplaceStandardStream(int number, FileDescriptor file)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)number, 2u, nameof(number));
        using DescriptorLease lease = new(file);
        return LibC.Check(LibCProcess.Dup2(lease.Value, number));
    }

    /// <summary>Sets the file mode bits that are taken away from files that this process makes, and answers those before.</summary>
    public static uint SetFileModeMask(uint mask) => LibCProcess.UMask(mask);
}
