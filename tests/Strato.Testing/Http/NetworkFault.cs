namespace Strato.Testing.Http;

/// <summary>What can be wrong with a server, or with the network before it. <see cref="FaultyServer"/> plays each of them.</summary>
public enum NetworkFault
{
    /// <summary>Nothing: the answer is honest.</summary>
    None,

    /// <summary>Nobody listens.</summary>
    Refused,

    /// <summary>Connecting gets no answer at all, as behind a firewall that drops packets.</summary>
    BlackHole,

    /// <summary>The connection is taken and the request never answered.</summary>
    Silence,

    /// <summary>The connection is closed in place of an answer.</summary>
    ClosedAtOnce,

    /// <summary>The header comes a byte at a time, too slowly ever to end.</summary>
    SlowHeaders,

    /// <summary>The body comes a byte at a time, too slowly ever to end.</summary>
    SlowBody,

    /// <summary>The connection is reset in the middle of the body.</summary>
    ResetInBody,

    /// <summary>The connection is closed in the middle of the body.</summary>
    ClosedInBody,

    /// <summary>Content-Length claims more than there is.</summary>
    LengthTooLong,

    /// <summary>Content-Length claims less than there is.</summary>
    LengthTooShort,

    /// <summary>What comes is not HTTP.</summary>
    Garbage,

    /// <summary>A success that is a web page to log in at.</summary>
    CaptivePortal,

    /// <summary>404</summary>
    NotFound,

    /// <summary>403</summary>
    Forbidden,

    /// <summary>429</summary>
    TooManyRequests,

    /// <summary>500</summary>
    ServerError,

    /// <summary>502</summary>
    BadGateway,

    /// <summary>503</summary>
    Unavailable,

    /// <summary>A redirection to where it came from.</summary>
    RedirectLoop,

    /// <summary>The body is compressed once more, as a meddling proxy does it.</summary>
    Gzipped,

    /// <summary>206 with another part than was asked for.</summary>
    WrongRange,

    /// <summary>The right length of wrong bytes.</summary>
    WrongBytes,

    /// <summary>A body without an end.</summary>
    EndlessBody,

    /// <summary>Header lines without an end.</summary>
    EndlessHeaders,

    /// <summary>The first answer is cut short, the next ones are whole.</summary>
    TruncatedOnce,

    /// <summary>TLS in place of HTTP.</summary>
    Tls,
}
