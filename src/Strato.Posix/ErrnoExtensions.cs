using System.Runtime.InteropServices;

namespace Strato.Posix;

/// <summary>Turns an <see cref="Errno"/> into words or an exception.</summary>
public static class ErrnoExtensions
{
    /// <summary>The C library's sentence for it, such as <c>No such file or directory</c>.</summary>
    public static string Describe(this Errno errno) => Marshal.GetPInvokeErrorMessage((int)errno);

    /// <summary>
    /// Throws a <see cref="PosixException"/> for anything but <see cref="Errno.None"/>: <c>cannot OPERATION SUBJECT: reason</c>. The subject is
    /// a path, shown as UTF-8 with unprintable bytes escaped.
    /// </summary>
    public static void ThrowIfFailed(this Errno errno, string operation, ReadOnlySpan<byte> subject)
    {
        if (errno != Errno.None)
        {
            throw new PosixException(errno, $"cannot {operation} {PrintableBytes.Escape(subject)}: {errno.Describe()}");
        }
    }

    /// <summary>Throws a <see cref="PosixException"/> for anything but <see cref="Errno.None"/>: <c>cannot OPERATION: reason</c>.</summary>
    public static void ThrowIfFailed(this Errno errno, string operation)
    {
        if (errno != Errno.None)
        {
            throw new PosixException(errno, $"cannot {operation}: {errno.Describe()}");
        }
    }
}
