namespace Strato.Testing.Http;

/// <summary>A request as it came over the wire.</summary>
/// <param name="Method">Such as <c>GET</c>.</param>
/// <param name="Target">The request target as it was sent: a path, or a whole address where the client takes the peer for a proxy.</param>
/// <param name="Headers">The headers; names in any case.</param>
/// <param name="Number">How many requests for this path came before.</param>
public sealed record PeerRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, int Number)
{
    /// <summary>The path part of the target, still percent-encoded.</summary>
    public string Path => Target.StartsWith('/') ? Target : new Uri(Target).AbsolutePath;

    public bool IsProxied => !Target.StartsWith('/');

    public bool BypassesCaches => Headers.TryGetValue("Cache-Control", out string? value) && value.Contains("no-cache", StringComparison.Ordinal);
}
