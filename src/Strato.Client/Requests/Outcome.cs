using Strato.Posix;

namespace Strato.Client.Requests;

/// <summary>
/// How far a request came: answered, failed, or in want of an object that is not in the cache. A request in want is run again,
/// from its beginning, once the object has been fetched; so handlers have no effect before their last want.
/// </summary>
internal readonly struct Outcome
{
    private Outcome(Errno errno, Want? want)
    {
        Errno = errno;
        Want = want;
    }

    public static Outcome Done => default;

    /// <summary>The error to answer; <see cref="Errno.None"/> where the outputs are the answer.</summary>
    public Errno Errno { get; }

    /// <summary>The object that is missing; null where there is an answer.</summary>
    public Want? Want { get; }

    public bool IsDone => Errno == Errno.None && Want is null;

    public static implicit operator Outcome(Errno errno) => Fail(errno);

    public static Outcome Fail(Errno errno) => new(errno, null);

    public static Outcome Wants(Want want) => new(Errno.None, want);
}
