using System.Text;

namespace Strato.Testing.Http;

/// <summary>
/// What a <see cref="ScriptedPeer"/> does with a request. By itself it is an honest answer; each property makes it worse.
/// </summary>
public sealed record PeerReply
{
    public int Status { get; init; } = 200;

    public byte[] Body { get; init; } = [];

    public string ContentType { get; init; } = "application/octet-stream";

    /// <summary>Header lines besides the usual ones, such as <c>Location: /elsewhere</c>.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>What Content-Length claims; the truth where null.</summary>
    public long? ClaimedLength { get; init; }

    /// <summary>After how many bytes of the body the connection is closed; never early where null.</summary>
    public int? CloseAfter { get; init; }

    /// <summary>Whether the connection is reset instead of closed.</summary>
    public bool Reset { get; init; }

    /// <summary>Whether nothing is answered and the connection is held open until the client or the peer ends.</summary>
    public bool Hang { get; init; }

    /// <summary>How long it takes until the answer begins; no thread waits meanwhile, so that any number of requests can be this slow.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How many bytes are sent at a time, with <see cref="DripPause"/> between; all at once where null.</summary>
    public int? DripBytes { get; init; }

    public TimeSpan DripPause { get; init; }

    /// <summary>Whether the header drips as well.</summary>
    public bool DripsHead { get; init; }

    /// <summary>Whether the body, which then has no Content-Length, goes on with zeros until the client or the peer ends.</summary>
    public bool IsEndless { get; init; }

    /// <summary>Whether header lines follow on each other until the client or the peer ends.</summary>
    public bool HasEndlessHead { get; init; }

    /// <summary>Bytes that are sent in place of any HTTP.</summary>
    public byte[]? Raw { get; init; }

    public static PeerReply Ok(byte[] body) => new() { Body = body };

    public static PeerReply NotFound { get; } = new() { Status = 404, Body = "no such thing"u8.ToArray(), ContentType = "text/plain" };

    public static PeerReply ServerError { get; } = new() { Status = 500, Body = "sorry"u8.ToArray(), ContentType = "text/plain" };

    /// <summary>A success that is a web page, as captive portals give it.</summary>
    public static PeerReply Html { get; } = new() { Body = Encoding.ASCII.GetBytes("<html><body>Please log in</body></html>"), ContentType = "text/html" };

    public static PeerReply Redirect(string location) => new() { Status = 302, Headers = [$"Location: {location}"] };
}
