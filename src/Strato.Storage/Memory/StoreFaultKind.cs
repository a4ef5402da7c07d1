namespace Strato.Storage.Memory;

/// <summary>The ways in which an object store over a network lets its users down.</summary>
public enum StoreFaultKind
{
    /// <summary>It answers as it should, after the delay.</summary>
    None,

    /// <summary>It refuses with an internal error (500) and does nothing.</summary>
    ServerError,

    /// <summary>It does what was asked, but the answer is lost: the caller sees a failure.</summary>
    LostResponse,

    /// <summary>A conditional request meets another in flight (409) and does nothing.</summary>
    Conflict,

    /// <summary>The answer to a read breaks off in the middle of the body.</summary>
    TruncatedBody,
}
