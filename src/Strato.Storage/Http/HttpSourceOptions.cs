using Strato.Core.Configuration;

namespace Strato.Storage.Http;

/// <summary>From where, through what and how patiently objects are fetched. Immutable.</summary>
public sealed record HttpSourceOptions
{
    /// <summary>The servers' base addresses (<c>http</c>, <c>https</c> or <c>file</c>), the preferred one first; at least one.</summary>
    public required IReadOnlyList<string> Servers { get; init; }

    public ProxySpec Proxies { get; init; } = ProxySpec.Direct;

    /// <summary>How long to wait for a proxy: to connect, and for <see cref="LowSpeedLimit"/> bytes a second on average.</summary>
    public TimeSpan Timeout { get; init; } = ConfigurationDefaults.Timeout;

    /// <summary>The same for a server without a proxy.</summary>
    public TimeSpan TimeoutDirect { get; init; } = ConfigurationDefaults.Timeout;

    /// <summary>Bytes a second below which a transfer counts as timed out; 0 for none.</summary>
    public int LowSpeedLimit { get; init; } = ConfigurationDefaults.LowSpeedLimit;

    /// <summary>Further rounds over all servers and proxies, each after a pause.</summary>
    public int Retries { get; init; } = ConfigurationDefaults.Retries;

    /// <summary>The pause before the first further round; it doubles from then on.</summary>
    public TimeSpan FirstBackoff { get; init; } = ConfigurationDefaults.FirstBackoff;

    public TimeSpan LongestBackoff { get; init; } = ConfigurationDefaults.LongestBackoff;

    /// <summary>When to go back to the first group of proxies; null for never.</summary>
    public TimeSpan? ProxyResetAfter { get; init; }

    /// <summary>When to go back to the first server; null for never.</summary>
    public TimeSpan? ServerResetAfter { get; init; }

    /// <summary>Sent to the servers themselves, and never to where they redirect; null for none. Proxies see it unless the servers' addresses are <c>https</c>.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>Whether redirections are followed, wherever they lead.</summary>
    public bool FollowRedirects { get; init; }

    /// <summary>The clock for pauses and resets.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Told one line when another server or proxy is used than before, when none works any more, and when one does again. Called on any
    /// thread.
    /// </summary>
    public Action<string> Notice { get; init; } = static _ => { };

    /// <summary>What a repository's configuration says about its objects.</summary>
    public static HttpSourceOptions ForObjects(RepositoryConfiguration configuration) => Common(configuration) with
    {
        Servers = Limit(configuration.ServerUrls, configuration.MaxServers),
        Proxies = ProxySpec.Parse(configuration.HttpProxy, configuration.FallbackProxy),
        Timeout = configuration.Timeout,
        TimeoutDirect = configuration.TimeoutDirect,
    };

    /// <summary>What a repository's configuration says about its external files; null where it names no place for them.</summary>
    public static HttpSourceOptions? ForExternalFiles(RepositoryConfiguration configuration) => configuration.ExternalUrls.Count == 0
        ? null
        : Common(configuration) with
        {
            Servers = Limit(configuration.ExternalUrls, configuration.ExternalMaxServers),
            Proxies = ProxySpec.Parse(configuration.ExternalHttpProxy, configuration.ExternalFallbackProxy),
            Timeout = configuration.ExternalTimeout,
            TimeoutDirect = configuration.ExternalTimeoutDirect,
        };

    private static HttpSourceOptions Common(RepositoryConfiguration configuration) => new()
    {
        Servers = [],
        LowSpeedLimit = configuration.LowSpeedLimit,
        Retries = configuration.Retries,
        FirstBackoff = configuration.FirstBackoff,
        LongestBackoff = configuration.LongestBackoff,
        ProxyResetAfter = configuration.ProxyResetAfter,
        ServerResetAfter = configuration.HostResetAfter,
        FollowRedirects = configuration.FollowRedirects,
    };

    private static IReadOnlyList<string> Limit(IReadOnlyList<string> servers, int? maximum) =>
        maximum is int most && most < servers.Count ? [.. servers.Take(most)] : servers;
}
