using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Core.Signing;

/// <summary>
/// What <c>.cvmfswhitelist</c> says: the certificates that may sign a repository's manifests, until when. Signed with the
/// master key; nothing in it may be believed before <see cref="TrustChain"/> has verified it.
/// </summary>
public sealed record Whitelist
{
    /// <summary>The longest whitelist that is read, in bytes.</summary>
    public const int MaxLength = 1024 * 1024;

    private const string TimeFormat = "yyyyMMddHHmmss";

    /// <summary>When it was signed (UTC, whole seconds); the genuine client does not look at it.</summary>
    public required DateTime Issued { get; init; }

    /// <summary>When it stops to be valid (UTC, whole seconds). Only the hour counts: see <see cref="IsExpired"/>.</summary>
    public required DateTime Expires { get; init; }

    /// <summary>The fully qualified repository name.</summary>
    public required string RepositoryName { get; init; }

    /// <summary>The hashes of the certificates.</summary>
    public required IReadOnlyList<ObjectHash> Fingerprints { get; init; }

    /// <summary>A PKCS#7 file beside the whitelist carries the signature (line <c>Vpkcs7</c>). Not supported: see <see cref="TrustChain"/>.</summary>
    public bool IsPkcs7 { get; init; }

    /// <summary>The certificate must also verify against the machine's CAs (line <c>Wcachain</c>). Not supported: see <see cref="TrustChain"/>.</summary>
    public bool NeedsCaChain { get; init; }

    /// <summary>Reads a whitelist's lines up to the end or to a line <c>--</c>. Lines that are no fingerprint are passed over.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="whitelist">The whitelist, where true is returned.</param>
    /// <param name="problem">What is wrong, as the end of a sentence, where false is returned.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Whitelist? whitelist, [NotNullWhen(false)] out string? problem)
    {
        whitelist = null;
        if (bytes.Length > MaxLength)
        {
            problem = $"it has {bytes.Length} bytes, more than {MaxLength}";
            return false;
        }

        if (!TryParseTime(NextLine(ref bytes), out DateTime issued))
        {
            problem = "its first line is no date";
            return false;
        }

        ReadOnlySpan<byte> line = NextLine(ref bytes);
        if (!line.StartsWith("E"u8) || !TryParseTime(line[1..], out DateTime expires))
        {
            problem = "its second line is no expiry date";
            return false;
        }

        line = NextLine(ref bytes);
        if (!line.StartsWith("N"u8) || line.Length == 1)
        {
            problem = "its third line is no repository name";
            return false;
        }

        string name = BytesText.Escape(line[1..]);
        bool isPkcs7 = TakeLine(ref bytes, "Vpkcs7"u8);
        bool needsCaChain = TakeLine(ref bytes, "Wcachain"u8);
        List<ObjectHash> fingerprints = [];
        while (!bytes.IsEmpty && !(line = NextLine(ref bytes)).SequenceEqual("--"u8))
        {
            if (Fingerprint.TryParse(line, out ObjectHash hash))
            {
                fingerprints.Add(hash);
            }
        }

        problem = null;
        whitelist = new Whitelist
        {
            Issued = issued,
            Expires = expires,
            RepositoryName = name,
            Fingerprints = fingerprints,
            IsPkcs7 = isPkcs7,
            NeedsCaChain = needsCaChain,
        };
        return true;
    }

    /// <summary>A whitelist for one certificate that is valid from now on.</summary>
    public static Whitelist Create(string repositoryName, ObjectHash fingerprint, DateTimeOffset now, int days) => Create(repositoryName, [fingerprint], now, days);

    /// <summary>A whitelist for some certificates that is valid from now on.</summary>
    public static Whitelist Create(string repositoryName, IReadOnlyList<ObjectHash> fingerprints, DateTimeOffset now, int days) => new()
    {
        Issued = WholeSeconds(now),
        Expires = WholeSeconds(now.AddDays(days)),
        RepositoryName = repositoryName,
        Fingerprints = fingerprints,
    };

    /// <summary>
    /// True from the beginning of the hour that holds <see cref="Expires"/>: the genuine client compares year, month, day and
    /// hour only.
    /// </summary>
    public bool IsExpired(DateTimeOffset now) => now.UtcDateTime >= new DateTime(Expires.Year, Expires.Month, Expires.Day, Expires.Hour, 0, 0, DateTimeKind.Utc);

    /// <summary>The text to sign, as the genuine tools write it.</summary>
    public byte[] ToBytes()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Time(Issued)}\nE{Time(Expires)}\nN{RepositoryName}\n");
        text.Append(IsPkcs7 ? "Vpkcs7\n" : "").Append(NeedsCaChain ? "Wcachain\n" : "");
        foreach (ObjectHash fingerprint in Fingerprints)
        {
            text.Append(Fingerprint.Format(fingerprint)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return line;
    }

    private static bool TakeLine(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> expected)
    {
        ReadOnlySpan<byte> after = rest;
        if (!NextLine(ref after).SequenceEqual(expected))
        {
            return false;
        }

        rest = after;
        return true;
    }

    private static bool TryParseTime(ReadOnlySpan<byte> text, out DateTime time)
    {
        time = default;
        return text.Length == TimeFormat.Length
            && Ascii.IsValid(text)
            && DateTime.TryParseExact(
                Encoding.ASCII.GetString(text),
                TimeFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out time);
    }

    private static string Time(DateTime time) => time.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static DateTime WholeSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds()).UtcDateTime;
}
