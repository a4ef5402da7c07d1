namespace Strato.Posix;

/// <summary>A system call that failed where the caller had no use for the failure as a value. The message is one line for a person.</summary>
public sealed class PosixException : IOException
{
    public PosixException(Errno errno, string message)
        : base(message) => Errno = errno;

    public Errno Errno { get; }
}
