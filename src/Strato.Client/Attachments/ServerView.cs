namespace Strato.Client.Attachments;

/// <summary>The servers and proxies of an attachment at some moment, for people.</summary>
/// <param name="Servers">Base URLs, the one in use first, then in the order in which they would be tried.</param>
/// <param name="ProxyGroups">Proxies, <c>DIRECT</c> for none: each group shares load, the next one is for when all of one fail.</param>
/// <param name="Timeout">How long to wait for a proxy.</param>
/// <param name="TimeoutDirect">How long to wait for a server without a proxy.</param>
internal sealed record ServerView(
    IReadOnlyList<string> Servers, IReadOnlyList<IReadOnlyList<string>> ProxyGroups, TimeSpan Timeout, TimeSpan TimeoutDirect)
{
    /// <summary>The base URL in use; null where there is none.</summary>
    public string? Current => Servers.Count > 0 ? Servers[0] : null;

    /// <summary>The proxy in use.</summary>
    public string CurrentProxy { get; init; } = "DIRECT";
}
