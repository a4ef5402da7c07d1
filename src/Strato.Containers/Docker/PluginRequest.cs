namespace Strato.Containers.Docker;

/// <summary>What the daemon sends, for any of the protocol's calls.</summary>
/// <param name="Name">The volume.</param>
/// <param name="Opts">Its options, at Create.</param>
/// <param name="ID">Who mounts it, at Mount and Unmount: the same opaque id for both.</param>
internal sealed record PluginRequest(string? Name, Dictionary<string, string>? Opts, string? ID);
