using Strato.Posix;

namespace Strato.Fuse;

/// <summary>
/// How a file system took a request: an <see cref="Posix.Errno"/> (<see cref="Errno.None"/> with the outputs filled in), or
/// <see cref="Deferred"/> where it keeps the request's <see cref="FuseCompletion"/> and answers later.
/// </summary>
public readonly record struct FuseStatus
{
    private readonly int value;

    private FuseStatus(int value) => this.value = value;

    /// <summary>Done; the outputs are the reply.</summary>
    public static FuseStatus Ok => default;

    /// <summary>Nothing is replied now: <see cref="FuseRequest.Defer"/> was called and its result will be answered.</summary>
    public static FuseStatus Deferred => new(-1);

    public bool IsDeferred => value < 0;

    /// <summary>The error to reply; <see cref="Errno.None"/> on success.</summary>
    public Errno Errno => IsDeferred ? Errno.None : (Errno)value;

    public static implicit operator FuseStatus(Errno errno) => FromErrno(errno);

    public static FuseStatus FromErrno(Errno errno) => new((int)errno);
}
