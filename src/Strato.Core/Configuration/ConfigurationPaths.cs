namespace Strato.Core.Configuration;

/// <summary>
/// Where files that parameter files name are to be read. A daemon that mounts all repositories never reads below its own mount, where it would wait
/// for itself: the configuration repository's files are read from a copy, and others there do not exist to it. Immutable.
/// </summary>
/// <param name="OwnMount">The absolute directory that this process mounts; null for none.</param>
/// <param name="ConfigRepositoryCopy">A folder with what the configuration repository shows; null where it is not to be had.</param>
public sealed record ConfigurationPaths(string? OwnMount, string? ConfigRepositoryCopy)
{
    // Nothing lies below what is no directory.
    private const string Nowhere = "/dev/null/";

    /// <summary>Every file is read where it is named.</summary>
    public static ConfigurationPaths AsNamed { get; } = new(null, null);

    /// <summary>The path to read in place of a named one.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="configRepository">Where the configuration repository is mounted; null where there is none.</param>
    public string Locate(string path, string? configRepository)
    {
        if (OwnMount is null)
        {
            return path;
        }

        string full = Path.GetFullPath(path);
        if (configRepository is not null && Below(full, configRepository) is { } inside)
        {
            return (ConfigRepositoryCopy ?? Nowhere) + inside;
        }

        return Below(full, OwnMount) is null ? full : Nowhere + full;
    }

    private static string? Below(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/') ? path[folder.Length..] : null;
}
