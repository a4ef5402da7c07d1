namespace Strato.Kubernetes.Csi;

/// <summary>What an administrator decides of a driver.</summary>
public sealed record CsiOptions
{
    /// <summary>The driver's name, which StorageClasses call the provisioner.</summary>
    public required string DriverName { get; init; }

    /// <summary>The node's name for the cluster.</summary>
    public required string NodeId { get; init; }

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>The absolute path of the directory that <c>strato mount --all</c> shows all repositories at.</summary>
    public required string MountDirectory { get; init; }

    /// <summary>The home of that mount, where its control socket is found.</summary>
    public required string Home { get; init; }

    /// <summary>The folder of client configurations that volumes may name (<c>clientConfigFilepath</c>); null for none.</summary>
    public string? ConfigurationFolder { get; init; }

    /// <summary>Names and patterns such as <c>*.cern.ch</c> of the repositories that may be used; empty for all.</summary>
    public IReadOnlyList<string> AllowedRepositories { get; init; } = [];

    /// <summary>The node's place in the cluster, such as <c>topology.kubernetes.io/zone</c>.</summary>
    public IReadOnlyDictionary<string, string> Topology { get; init; } = new Dictionary<string, string>();

    /// <summary>After this time a call is answered although its work has not ended.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where the driver keeps what it has to know after a restart.</summary>
    public string StateFolder => Path.Combine(Home, "csi");
}
