using Strato.Client.Volumes;

namespace Strato.Kubernetes.Csi;

/// <summary>What an administrator decides of a driver.</summary>
public sealed record CsiOptions
{
    /// <summary>The driver's name, which StorageClasses call the provisioner.</summary>
    public required string DriverName { get; init; }

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>The volumes, and the name that the cluster has for the node.</summary>
    public required VolumeOptions Volumes { get; init; }

    /// <summary>The node's place in the cluster, such as <c>topology.kubernetes.io/zone</c>.</summary>
    public IReadOnlyDictionary<string, string> Topology { get; init; } = new Dictionary<string, string>();
}
