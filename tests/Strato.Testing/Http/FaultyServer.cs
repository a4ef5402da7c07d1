using System.IO.Compression;

namespace Strato.Testing.Http;

/// <summary>
/// A server that is honest but for one fault, or one for each path, which a test may change while it is in use. Disposing ends every connection.
/// </summary>
public sealed class FaultyServer : IAsyncDisposable
{
    private readonly Func<PeerRequest, PeerReply> honest;
    private readonly ScriptedPeer peer;
    private readonly BlackHole hole = new();

    /// <summary>Starts it.</summary>
    /// <param name="honest">The answers that are spoilt.</param>
    public FaultyServer(Func<PeerRequest, PeerReply> honest)
    {
        this.honest = honest;
        peer = new ScriptedPeer(request => Spoil(FaultOf(request.Path), request));
    }

    /// <summary>Every fault that there is.</summary>
    public static IReadOnlyList<NetworkFault> Faults { get; } = [.. Enum.GetValues<NetworkFault>().Where(fault => fault != NetworkFault.None)];

    /// <summary>
    /// The fault of a path; none at first. <see cref="NetworkFault.Refused"/> and <see cref="NetworkFault.BlackHole"/> are faults of an address
    /// (<see cref="AddressWith"/>), and among those of paths a reset before the answer and silence.
    /// </summary>
    public Func<string, NetworkFault> FaultOf { get; set; } = static _ => NetworkFault.None;

    /// <summary>The address at which it is honest, or has the faults of the paths.</summary>
    public string Address => peer.Address;

    /// <summary>The requests that were made.</summary>
    public IReadOnlyCollection<PeerRequest> Requests => peer.Requests;

    /// <summary>The address to give to a client that is to meet a fault with everything; <see cref="FaultOf"/> is set accordingly.</summary>
    public string AddressWith(NetworkFault fault)
    {
        FaultOf = _ => fault;
        return fault switch
        {
            NetworkFault.Refused => "http://127.0.0.1:9",
            NetworkFault.BlackHole => hole.Address,
            _ => peer.Address,
        };
    }

    /// <summary>True where a client that tries once more at the same place gets the right answer.</summary>
    public static bool Passes(NetworkFault fault) => fault is NetworkFault.None or NetworkFault.TruncatedOnce;

    public async ValueTask DisposeAsync()
    {
        await peer.DisposeAsync();
        hole.Dispose();
    }

    private PeerReply Spoil(NetworkFault fault, PeerRequest request)
    {
        PeerReply reply = honest(request);
        int half = reply.Body.Length / 2;
        return fault switch
        {
            NetworkFault.None => reply,
            NetworkFault.Refused => new PeerReply { Raw = [], Reset = true },
            NetworkFault.BlackHole or NetworkFault.Silence => new PeerReply { Hang = true },
            NetworkFault.ClosedAtOnce => new PeerReply { Raw = [] },
            NetworkFault.SlowHeaders => reply with { DripsHead = true, DripBytes = 1, DripPause = TimeSpan.FromMilliseconds(50) },
            NetworkFault.SlowBody => reply with { DripBytes = 1, DripPause = TimeSpan.FromMilliseconds(50) },
            NetworkFault.ResetInBody => reply with { CloseAfter = half, Reset = true },
            NetworkFault.ClosedInBody => reply with { CloseAfter = half },
            NetworkFault.LengthTooLong => reply with { ClaimedLength = reply.Body.Length + 100 },
            NetworkFault.LengthTooShort => reply with { ClaimedLength = half },
            NetworkFault.Garbage => new PeerReply { Raw = [.. Enumerable.Range(0, 4000).Select(number => (byte)(number * 31))] },
            NetworkFault.CaptivePortal => PeerReply.Html,
            NetworkFault.NotFound => PeerReply.NotFound,
            NetworkFault.Forbidden => PeerReply.ServerError with { Status = 403 },
            NetworkFault.TooManyRequests => PeerReply.ServerError with { Status = 429 },
            NetworkFault.ServerError => PeerReply.ServerError,
            NetworkFault.BadGateway => PeerReply.ServerError with { Status = 502 },
            NetworkFault.Unavailable => PeerReply.ServerError with { Status = 503, Headers = ["Retry-After: 3600"] },
            NetworkFault.RedirectLoop => PeerReply.Redirect(request.Target),
            NetworkFault.Gzipped => reply with { Body = Gzip(reply.Body), Headers = ["Content-Encoding: gzip"] },
            NetworkFault.WrongRange => reply with { Status = 206, Body = reply.Body[half..], Headers = [$"Content-Range: bytes {half}-{reply.Body.Length - 1}/{reply.Body.Length}"] },
            NetworkFault.WrongBytes => reply with { Body = [.. reply.Body.Reverse()] },
            NetworkFault.EndlessBody => reply with { IsEndless = true },
            NetworkFault.EndlessHeaders => reply with { HasEndlessHead = true },
            NetworkFault.TruncatedOnce => request.Number == 0 ? reply with { CloseAfter = half } : reply,
            NetworkFault.Tls => new PeerReply { Raw = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28] },
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };
    }

    private static byte[] Gzip(byte[] body)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return compressed.ToArray();
    }
}
