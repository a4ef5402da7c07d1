namespace Strato.Containers.Docker;

/// <summary>What the daemon may expect of volumes.</summary>
/// <param name="Scope"><c>local</c>: each machine has its own.</param>
internal sealed record PluginCapabilities(string Scope);
