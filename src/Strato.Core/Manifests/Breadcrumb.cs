using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Strato.Core.Hashing;

namespace Strato.Core.Manifests;

/// <summary>
/// The newest revision of a repository that somebody has seen, as the genuine client keeps it in
/// <c>cvmfschecksum.FQRN</c>: what protects against being shown an older one.
/// </summary>
/// <param name="RootCatalog">The revision's root catalog.</param>
/// <param name="Timestamp">When it was signed, in seconds of Unix time.</param>
/// <param name="Revision">The revision.</param>
public readonly record struct Breadcrumb(ObjectHash RootCatalog, long Timestamp, ulong Revision)
{
    /// <summary>What a verified manifest leaves behind.</summary>
    public static Breadcrumb Of(Manifest manifest) => new(manifest.RootCatalog, manifest.Timestamp, manifest.Revision);

    /// <summary>Reads <c>HASH T seconds R revision</c>, written without spaces. Older clients wrote no revision: it is 0 then.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Breadcrumb breadcrumb)
    {
        breadcrumb = default;
        text = text.Trim();
        int timeMark = text.IndexOf('T');
        if (timeMark < 0 || !ObjectHash.TryParse(text[..timeMark], out ObjectHash hash))
        {
            return false;
        }

        ReadOnlySpan<char> seconds = text[(timeMark + 1)..];
        ulong revision = 0;
        int revisionMark = seconds.IndexOf('R');
        if (revisionMark >= 0)
        {
            if (!ulong.TryParse(seconds[(revisionMark + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out revision))
            {
                return false;
            }

            seconds = seconds[..revisionMark];
        }

        if (!long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out long timestamp))
        {
            return false;
        }

        breadcrumb = new Breadcrumb(hash, timestamp, revision);
        return true;
    }

    /// <summary>
    /// True where going from here to <paramref name="manifest"/> would go back: a lower revision, or an earlier signature. A
    /// lagging mirror offers such manifests in good faith; the caller stays where it is and asks the next server.
    /// </summary>
    public bool IsNewerThan(Manifest manifest, [NotNullWhen(true)] out string? problem)
    {
        problem = manifest.Revision < Revision
            ? $"the server offers revision {manifest.Revision} of {manifest.RepositoryName}, but revision {Revision} has been seen; waiting for the server to catch up"
            : manifest.Timestamp < Timestamp
                ? $"the server offers revision {manifest.Revision} of {manifest.RepositoryName} signed at {Time(manifest.Timestamp)}, but one signed at {Time(Timestamp)} has been seen; waiting for the server to catch up"
                : null;
        return problem is not null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{RootCatalog}T{Timestamp}R{Revision}");

    private static string Time(long seconds) =>
        seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("u", CultureInfo.InvariantCulture)
            : seconds.ToString(CultureInfo.InvariantCulture);
}
