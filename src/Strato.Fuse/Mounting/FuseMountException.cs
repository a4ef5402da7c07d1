using Strato.Posix;

namespace Strato.Fuse.Mounting;

/// <summary>A mount or unmount that could not be done. The message is one line for a person: where, what went wrong, what to do.</summary>
public sealed class FuseMountException : IOException
{
    public FuseMountException(Errno errno, string message)
        : base(message) => Errno = errno;

    /// <summary>The nearest errno: EBUSY for a place that is taken, EPERM for want of privilege, ENODEV without /dev/fuse, and so on.</summary>
    public Errno Errno { get; }
}
