using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Strato.Kubernetes.Csi;

/// <summary>
/// The id of a volume that this driver made: <c>strato-NAME-PARAMETERS</c>, both as the first 128 bits of SHA-256 in hexadecimal digits. Nothing is looked up by
/// it and nothing of it becomes a path but its digits. Static volumes have whatever id their administrator chose.
/// </summary>
internal readonly partial record struct VolumeId(string NameDigest, string ParametersDigest)
{
    /// <summary>The longest id that the specification allows, in bytes.</summary>
    public const int MaxLength = 128;

    /// <summary>The id for a requested name and its parameters, whose order has no meaning.</summary>
    public static VolumeId Of(string name, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        StringBuilder text = new();
        foreach ((string key, string value) in parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{key.Length} {key}{value.Length} {value}");
        }

        return new VolumeId(Digest(name), Digest(text.ToString()));
    }

    /// <summary>Reads an id; false for one of another form.</summary>
    public static bool TryParse(string text, out VolumeId id)
    {
        Match match = Form().Match(text);
        id = match.Success ? new VolumeId(match.Groups["name"].Value, match.Groups["parameters"].Value) : default;
        return match.Success;
    }

    public override string ToString() => $"strato-{NameDigest}-{ParametersDigest}";

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    [GeneratedRegex(@"\Astrato-(?<name>[0-9a-f]{32})-(?<parameters>[0-9a-f]{32})\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
