namespace Strato.Client.Volumes;

/// <summary>
/// A volume's Secret: <c>token</c> (the bearer token that servers are sent), <c>publicKey</c> (the repository's key, PEM) and <c>clientConfig</c> (settings that are nobody else's to see).
/// Messages never show a value.
/// </summary>
public sealed record VolumeSecrets(string? Token, string? PublicKey, IReadOnlyList<string> Settings)
{
    private const int MaxLength = 64 << 10;

    /// <summary>No Secret.</summary>
    public static VolumeSecrets None { get; } = new(null, null, []);

    /// <summary>Reads the Secret's entries.</summary>
    public static VolumeSecrets Parse(IEnumerable<KeyValuePair<string, string>> secrets)
    {
        string? token = null;
        string? key = null;
        IReadOnlyList<string> settings = [];
        foreach ((string name, string value) in secrets)
        {
            if (value.Length > MaxLength)
            {
                throw VolumeFailure.Invalid($"the entry {VolumeAttributes.Printable(name)} of the volume's Secret is longer than {MaxLength} characters");
            }

            switch (name)
            {
                case "token" when value.Trim() is { Length: > 0 } text && text.All(one => one is > ' ' and < '\x7f'):
                    token = text;
                    break;
                case "publicKey" when value.TrimStart().StartsWith("-----BEGIN PUBLIC KEY-----", StringComparison.Ordinal):
                    key = value;
                    break;
                case "clientConfig":
                    settings = ClientConfiguration.Parse(value);
                    break;
                case "token" or "publicKey":
                    throw VolumeFailure.Invalid($"the entry {name} of the volume's Secret is malformed: token is one line without spaces, publicKey a PEM file's content");
                default:
                    throw VolumeFailure.Invalid($"the volume's Secret has an entry that is not known, '{VolumeAttributes.Printable(name)}': there are token, publicKey and clientConfig");
            }
        }

        return new VolumeSecrets(token, key, settings);
    }
}
