using Strato.Core.Hashing;
using Strato.Storage.Objects;

namespace Strato.Web.Origin;

/// <summary>
/// The keys of a repository's store that the web may see. Anything else below the store (staged objects, transactions,
/// files that somebody left there) does not exist for it, so no path needs to be resolved.
/// </summary>
internal static class ServedKey
{
    private static readonly HashSet<string> Mutable = new(StringComparer.Ordinal)
    {
        ObjectKey.Manifest,
        ObjectKey.Whitelist,
        ObjectKey.Reflog,
        ObjectKey.MasterReplica,
        ".cvmfswhitelist.pkcs7",
        ".cvmfs_status.json",
        ".cvmfs_last_snapshot",
        ".cvmfs_is_snapshotting",
    };

    /// <summary>True for a key that is served, below <c>data/</c> or one of the well-known names.</summary>
    public static bool IsServed(string key) => ObjectKey.IsImmutable(key) ? IsObject(key) : Mutable.Contains(key);

    private static bool IsObject(ReadOnlySpan<char> key)
    {
        // data/xx/yyyy…[-rmd160|-shake128][KIND]
        ReadOnlySpan<char> name = key[ObjectKey.DataPrefix.Length..];
        if (name.Length < (2 * ObjectHash.DigestLength) + 1 || name.Length > ObjectHash.MaxTextLength + 2 || name[2] != '/')
        {
            return false;
        }

        Span<byte> text = stackalloc byte[name.Length - 1];
        return System.Text.Ascii.FromUtf16(string.Concat(name[..2], name[3..]), text, out _) == System.Buffers.OperationStatus.Done
            && (ObjectHash.TryParse(text, out _) || (IsKind(text[^1]) && ObjectHash.TryParse(text[..^1], out _)));
    }

    private static bool IsKind(byte letter) => letter is >= (byte)'A' and <= (byte)'Z';
}
