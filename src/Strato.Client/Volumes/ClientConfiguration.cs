namespace Strato.Client.Volumes;

/// <summary>
/// The settings that a volume may have for itself, as lines <c>NAME=VALUE</c> of a CernVM-FS parameter file. None of them names a file of the node, starts a program or says where the
/// cache is: those are the administrator's, while the author of a volume may be anybody.
/// </summary>
internal static class ClientConfiguration
{
    private const int MaxLength = 64 << 10;

    private static readonly HashSet<string> Allowed = new(StringComparer.Ordinal)
    {
        "CVMFS_SERVER_URL", "CVMFS_HTTP_PROXY", "CVMFS_FALLBACK_PROXY", "CVMFS_EXTERNAL_URL", "CVMFS_EXTERNAL_HTTP_PROXY", "CVMFS_EXTERNAL_FALLBACK_PROXY",
        "CVMFS_TIMEOUT", "CVMFS_TIMEOUT_DIRECT", "CVMFS_EXTERNAL_TIMEOUT", "CVMFS_EXTERNAL_TIMEOUT_DIRECT", "CVMFS_MAX_RETRIES", "CVMFS_BACKOFF_INIT", "CVMFS_BACKOFF_MAX",
        "CVMFS_LOW_SPEED_LIMIT", "CVMFS_PROXY_RESET_AFTER", "CVMFS_HOST_RESET_AFTER", "CVMFS_USE_GEOAPI", "CVMFS_REPOSITORY_TAG", "CVMFS_REPOSITORY_DATE", "CVMFS_ROOT_HASH",
        "CVMFS_MAX_TTL", "CVMFS_KCACHE_TIMEOUT", "CVMFS_CLAIM_OWNERSHIP", "CVMFS_WORLD_READABLE", "CVMFS_HIDE_MAGIC_XATTRS", "STRATO_REPOSITORY_REVISION", "STRATO_REPOSITORY_BRANCH",
    };

    /// <summary>Reads lines. Empty ones and comments count for nothing; quotes around a value are taken off.</summary>
    /// <exception cref="VolumeFailure">A line is no assignment, or of a setting that is not a volume's.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw VolumeFailure.Invalid($"the volume's client configuration is longer than {MaxLength} characters: keep what this volume alone needs");
        }

        Dictionary<string, string> settings = new(StringComparer.Ordinal);
        foreach (string whole in text.ReplaceLineEndings("\n").Split('\n'))
        {
            string line = whole.Trim();
            if (line.Length > 0 && line[0] != '#')
            {
                (string name, string value) = ParseLine(line.StartsWith("export ", StringComparison.Ordinal) ? line["export ".Length..].TrimStart() : line);
                settings[name] = value;
            }
        }

        return [.. settings.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")];
    }

    private static (string Name, string Value) ParseLine(string line)
    {
        int equals = line.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? line : line[..equals];
        if (equals < 0 || !Allowed.Contains(name))
        {
            throw VolumeFailure.Invalid(
                $"the volume's client configuration has '{VolumeAttributes.Printable(name)}', which is not a setting that a volume may have: set it on the nodes, or leave it out");
        }

        string value = line[(equals + 1)..];
        if (value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0])
        {
            value = value[1..^1];
        }

        // What a shell would replace, run or read is none of a volume's, and file: would have the node's own files published.
        return value.AsSpan().ContainsAny("$`\"'\\") || value.Any(char.IsControl) || value.Contains("file:", StringComparison.OrdinalIgnoreCase)
            ? throw VolumeFailure.Invalid($"the volume's client configuration sets {name} to '{VolumeAttributes.Printable(value)}': write plain text and http addresses")
            : (name, value);
    }
}
