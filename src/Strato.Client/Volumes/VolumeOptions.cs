namespace Strato.Client.Volumes;

/// <summary>What an administrator decides of the volumes on a node.</summary>
public sealed record VolumeOptions
{
    /// <summary>The node's name, for messages.</summary>
    public required string NodeName { get; init; }

    /// <summary>The absolute path of the directory that <c>strato mount --all</c> shows all repositories at.</summary>
    public required string MountDirectory { get; init; }

    /// <summary>The home of that mount, where its control socket is found.</summary>
    public required string Home { get; init; }

    /// <summary>Where what has to be known after a restart is kept.</summary>
    public required string StateFolder { get; init; }

    /// <summary>The folder of client configurations that volumes may name (<c>clientConfigFilepath</c>); null for none.</summary>
    public string? ConfigurationFolder { get; init; }

    /// <summary>Names and patterns such as <c>*.cern.ch</c> of the repositories that may be used; empty for all.</summary>
    public IReadOnlyList<string> AllowedRepositories { get; init; } = [];

    /// <summary>After this time a call is answered although its work has not ended.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);
}
