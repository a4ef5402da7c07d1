using System.Buffers.Text;
using Strato.Core.Hashing;

namespace Strato.Core.Signing;

/// <summary>
/// What a site refuses although it is signed (<c>/etc/cvmfs/blacklist</c>, a config repository's <c>blacklist</c>): lines with
/// a revoked certificate's fingerprint, and lines <c>&lt;FQRN N</c> that refuse revisions below N. Other lines are comments.
/// Immutable.
/// </summary>
public sealed class Blacklist
{
    private readonly HashSet<ObjectHash> certificates = [];
    private readonly List<(string Name, ulong Revision)> limits = [];

    private Blacklist()
    {
    }

    /// <summary>Refuses nothing.</summary>
    public static Blacklist Empty { get; } = new();

    /// <summary>The revoked certificates.</summary>
    public IReadOnlyCollection<ObjectHash> Certificates => certificates;

    /// <summary>Reads the files' contents as one list.</summary>
    public static Blacklist Parse(params ReadOnlySpan<byte[]> files)
    {
        Blacklist result = new();
        foreach (byte[] file in files)
        {
            foreach (Range range in file.AsSpan().Split((byte)'\n'))
            {
                result.Add(file.AsSpan(range));
            }
        }

        return result;
    }

    /// <summary>The lowest revision of a repository that may be used, 0 where there is no limit.</summary>
    public ulong MinimumRevision(string repositoryName)
    {
        ulong minimum = 0;
        foreach ((string name, ulong revision) in limits)
        {
            if (name == repositoryName)
            {
                minimum = Math.Max(minimum, revision);
            }
        }

        return minimum;
    }

    /// <summary>True where the certificate is revoked, under whichever algorithm the list names it.</summary>
    public bool Revokes(SigningCertificate certificate)
    {
        foreach (HashAlgorithm algorithm in Enum.GetValues<HashAlgorithm>())
        {
            if (certificates.Count > 0 && certificates.Contains(certificate.FingerprintOf(algorithm)))
            {
                return true;
            }
        }

        return false;
    }

    private void Add(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd(" \t\r"u8);
        if (!line.StartsWith("<"u8))
        {
            if (Fingerprint.TryParse(line, out ObjectHash hash) && !hash.IsNull)
            {
                certificates.Add(hash);
            }

            return;
        }

        int blank = line.IndexOfAny((byte)' ', (byte)'\t');
        if (blank > 1)
        {
            ReadOnlySpan<byte> digits = line[blank..].TrimStart(" \t"u8);
            if (Utf8Parser.TryParse(digits, out ulong revision, out int used) && used == digits.Length)
            {
                limits.Add((Paths.BytesText.Escape(line[1..blank]), revision));
            }
        }
    }
}
