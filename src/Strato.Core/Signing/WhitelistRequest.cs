using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Core.Signing;

/// <summary>
/// What a publisher asks the keeper of the master key to sign: a JSON file that is carried to where that key is. It has the certificates themselves, so that nobody need
/// believe a fingerprint. It is not signed: whoever signs looks at what it says. The answer is the signed whitelist as it is served.
/// </summary>
public sealed record WhitelistRequest
{
    /// <summary>The longest request that is read, in bytes.</summary>
    public const int MaxLength = 1024 * 1024;

    /// <summary>The most days that make sense; what is meant to last has its key stolen some day.</summary>
    public const int MaximumDays = 36_500;

    internal const string KnownFormat = "strato-whitelist-request-1";

    private const int MaximumCertificates = 64;

    /// <summary>The repository's fully qualified name.</summary>
    public required string Repository { get; init; }

    /// <summary>The repository's hash algorithm.</summary>
    public required HashAlgorithm Hash { get; init; }

    /// <summary>For how many days from signing on.</summary>
    public required int Days { get; init; }

    /// <summary>The certificates that are to be listed, at least one.</summary>
    public required IReadOnlyList<SigningCertificate> Certificates { get; init; }

    /// <summary>Reads a request.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="request">The request, where true is returned.</param>
    /// <param name="problem">What is wrong, as the end of a sentence, where false is returned.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out WhitelistRequest? request, [NotNullWhen(false)] out string? problem)
    {
        request = null;
        if (bytes.Length > MaxLength)
        {
            problem = $"it has {bytes.Length} bytes, more than {MaxLength}";
            return false;
        }

        WhitelistRequestDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(bytes, WhitelistRequestJson.Default.WhitelistRequestDocument);
        }
        catch (JsonException)
        {
            problem = "it is no such JSON document";
            return false;
        }

        problem = document is null || document.Format != KnownFormat ? $"its format is not {KnownFormat}"
            : document.Repository is null || !RepositoryName.IsValidNew(document.Repository) ? "it names no repository"
            : !Enum.TryParse(document.Hash, ignoreCase: true, out HashAlgorithm hash) || !Enum.IsDefined(hash) ? "its hash is unknown"
            : document.Days is < 1 or > MaximumDays ? $"its days are not 1 to {MaximumDays}"
            : document.Certificates is not { Count: > 0 and <= MaximumCertificates } ? $"it has not 1 to {MaximumCertificates} certificates"
            : null;
        if (problem is not null)
        {
            return false;
        }

        List<SigningCertificate> certificates = [];
        foreach (string? pem in document!.Certificates!)
        {
            if (pem is null || !SigningCertificate.TryParse(Encoding.UTF8.GetBytes(pem), out SigningCertificate? certificate))
            {
                problem = "one of its certificates cannot be read";
                return false;
            }

            certificates.Add(certificate);
        }

        request = new WhitelistRequest
        {
            Repository = document.Repository!,
            Hash = Enum.Parse<HashAlgorithm>(document.Hash!, ignoreCase: true),
            Days = document.Days,
            Certificates = certificates,
        };
        return true;
    }

    /// <summary>The file's content.</summary>
    public byte[] ToBytes() =>
    [
        .. JsonSerializer.SerializeToUtf8Bytes(
            new WhitelistRequestDocument(KnownFormat, Repository, Hash.ToString().ToLowerInvariant(), Days, [.. Certificates.Select(certificate => Encoding.UTF8.GetString(certificate.Pem.Span))]),
            WhitelistRequestJson.Default.WhitelistRequestDocument),
        (byte)'\n',
    ];

    /// <summary>The whitelist that is asked for, unsigned.</summary>
    /// <param name="now">When it is signed.</param>
    public Whitelist ToWhitelist(DateTimeOffset now) =>
        Whitelist.Create(Repository, [.. Certificates.Select(certificate => certificate.FingerprintOf(Hash))], now, Days);

    public override string ToString() => $"{BytesText.Escape(Repository)} for {Days} days";
}
