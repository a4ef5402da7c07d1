namespace Strato.Storage.Http;

/// <summary>Why something could not be fetched.</summary>
public enum FetchFailureKind
{
    /// <summary>A name has no address.</summary>
    Resolve,

    /// <summary>No connection could be made.</summary>
    Connection,

    /// <summary>Too few bytes came in the time allowed.</summary>
    TooSlow,

    /// <summary>The connection ended before the answer did, or what came is not HTTP.</summary>
    ShortTransfer,

    /// <summary>The server does not have it (404).</summary>
    NotFound,

    /// <summary>Another status than success, such as 500 or a redirection that may not be followed.</summary>
    Status,

    /// <summary>The bytes are not those that were asked for: a wrong hash, HTML, a bomb, more than there may be.</summary>
    BadData,

    /// <summary>The trouble is on this machine: its disk, its limits.</summary>
    Local,

    /// <summary>Nobody waits for it any more.</summary>
    Cancelled,
}
