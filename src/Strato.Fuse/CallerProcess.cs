using System.Buffers.Text;
using System.Globalization;
using Strato.Posix;

namespace Strato.Fuse;

/// <summary>Looks at the threads whose requests are served.</summary>
internal static class CallerProcess
{
    private const int StatusSize = 4096;
    private const ulong KillBit = 1UL << ((int)Signal.Kill - 1);

    /// <summary>
    /// True where SIGKILL waits for the thread, which it does for every deadly signal (the kernel gives it to all threads of a group that ends).
    /// A thread that cannot be seen (pid 0: another pid namespace) is taken to live: its request ends with the fetch's own time limits.
    /// </summary>
    public static bool IsDying(uint pid)
    {
        if (pid == 0)
        {
            return false;
        }

        Span<byte> path = stackalloc byte[32];
        "/proc/"u8.CopyTo(path);
        Utf8Formatter.TryFormat(pid, path["/proc/"u8.Length..], out int digits);
        int length = "/proc/"u8.Length + digits;
        "/status"u8.CopyTo(path[length..]);
        Errno errno = PosixFile.Open(null, path[..(length + "/status"u8.Length)], OpenFlags.ReadOnly, out FileDescriptor? file);
        if (errno != Errno.None)
        {
            return errno is Errno.ENOENT or Errno.ESRCH;
        }

        using (file)
        {
            Span<byte> status = stackalloc byte[StatusSize];
            return PosixFile.Read(file!, status, out int count) == Errno.None && HasPendingKill(status[..count]);
        }
    }

    /// <summary>Reads the lines SigPnd (of the thread) and ShdPnd (of its process) of /proc/PID/status.</summary>
    internal static bool HasPendingKill(ReadOnlySpan<byte> status) => Mask(status, "\nSigPnd:\t"u8) || Mask(status, "\nShdPnd:\t"u8);

    private static bool Mask(ReadOnlySpan<byte> status, ReadOnlySpan<byte> label)
    {
        int start = status.IndexOf(label);
        if (start < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = status[(start + label.Length)..];
        int end = rest.IndexOf((byte)'\n');
        return ulong.TryParse(end < 0 ? rest : rest[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong mask)
            && (mask & KillBit) != 0;
    }
}
