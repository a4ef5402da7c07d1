namespace Strato.Containers.Docker;

/// <summary>A volume as <c>docker volume inspect</c> shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Mountpoint">Where it is mounted; empty where it is not.</param>
/// <param name="Status">Its options and how many containers use it.</param>
internal sealed record PluginVolume(string Name, string Mountpoint, IReadOnlyDictionary<string, string>? Status);
