using System.Globalization;
using System.Text.RegularExpressions;
using Strato.Core;
using Strato.Core.History;

namespace Strato.Client.Volumes;

/// <summary>
/// What a volume shows, from a StorageClass's parameters, a static volume's attributes or those in a pod: the same names everywhere, the ones of
/// the driver written in Go among them. Whoever may make a pod may write them, so they are checked before anything else sees them.
/// </summary>
public sealed partial record VolumeAttributes
{
    /// <summary>The longest value but a client configuration.</summary>
    private const int MaxValue = 4096;

    /// <summary>The longest <c>sharedMountID</c>, as long as a volume's id.</summary>
    private const int MaxSharedId = 128;

    private const string Known = "repository, tag, revision, hash, path, clientConfig, clientConfigFilepath and sharedMountID";

    /// <summary>The repository; null for the whole name space.</summary>
    public string? Repository { get; private init; }

    /// <summary>The directory in the repository, without slashes at its ends; empty for its root.</summary>
    public string Path { get; private init; } = "";

    /// <summary>Settings of this volume alone, <c>NAME=VALUE</c>.</summary>
    public IReadOnlyList<string> Settings { get; private init; } = [];

    /// <summary>A file of settings on the node; null for none.</summary>
    public string? ConfigurationFile { get; private init; }

    /// <summary>Reads attributes. Those that Kubernetes adds by itself are passed over.</summary>
    /// <exception cref="VolumeFailure">One is unknown, malformed or contradicts another.</exception>
    public static VolumeAttributes Parse(IEnumerable<KeyValuePair<string, string>> attributes)
    {
        Dictionary<string, string> given = new(StringComparer.Ordinal);
        foreach ((string name, string value) in attributes)
        {
            if (!name.StartsWith("csi.storage.k8s.io/", StringComparison.Ordinal) && !name.StartsWith("storage.kubernetes.io/", StringComparison.Ordinal))
            {
                given[name] = value;
            }
        }

        string? repository = Take(given, "repository", value => RepositoryName.IsValid(value), "a repository name such as sft.example.org");
        List<string> settings = [];
        Pin(settings, Take(given, "tag", value => TagName.IsValid(value), "a tag's name"), "CVMFS_REPOSITORY_TAG");
        Pin(settings, Take(given, "revision", value => ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _), "a revision's number"), "STRATO_REPOSITORY_REVISION");
        Pin(settings, Take(given, "hash", value => HashForm().IsMatch(value), "a root hash of 40 hexadecimal digits"), "CVMFS_ROOT_HASH");
        if (settings.Count > 1)
        {
            throw VolumeFailure.Invalid("the volume's attributes tag, revision and hash exclude each other: give one of them");
        }

        string? path = Take(given, "path", IsPath, "a path in the repository without '..' and empty names");
        string? configuration = given.Remove("clientConfig", out string? text) ? text : null;
        string? file = Take(given, "clientConfigFilepath", value => value[0] == '/' && IsPath(value), "an absolute path without '..'");
        Take(given, "sharedMountID", value => value.Length <= MaxSharedId, "at most 128 characters");
        if (given.Count > 0)
        {
            throw VolumeFailure.Invalid($"the volume has an attribute that is not known, '{Printable(given.Keys.Order(StringComparer.Ordinal).First())}': there are {Known}");
        }

        if (configuration is not null)
        {
            settings.AddRange(ClientConfiguration.Parse(configuration));
        }

        if (repository is null && (settings.Count > 0 || path is not null || file is not null))
        {
            throw VolumeFailure.Invalid("the volume's attributes choose a part or a configuration, but no repository: add the attribute repository");
        }

        return new VolumeAttributes { Repository = repository, Path = path?.Trim('/') ?? "", Settings = settings, ConfigurationFile = file };
    }

    /// <summary>What a person may be shown of what somebody else wrote.</summary>
    public static string Printable(string text) =>
        string.Concat(text.Take(80).Select(one => char.IsControl(one) || char.IsSurrogate(one) ? '?' : one)) + (text.Length > 80 ? "..." : "");

    private static string? Take(Dictionary<string, string> given, string name, Func<string, bool> isValid, string form)
    {
        if (!given.Remove(name, out string? value) || value.Length == 0)
        {
            return null;
        }

        return value.Length <= MaxValue && isValid(value) ? value : throw VolumeFailure.Invalid($"the volume's attribute {name} is '{Printable(value)}': it must be {form}");
    }

    private static void Pin(List<string> settings, string? value, string parameter)
    {
        if (value is not null)
        {
            settings.Add($"{parameter}={value}");
        }
    }

    private static bool IsPath(string path) =>
        !path.Any(char.IsControl)
        && path.Trim('/').Split('/') is var names
        && (names is [""] || !names.Any(name => name is "" or "." or ".."));

    [GeneratedRegex(@"\A[0-9a-f]{40}(-rmd160|-shake128)?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HashForm();
}
