using System.Buffers;
using Strato.Core.Hashing;

namespace Strato.Storage.Objects;

/// <summary>
/// The rules for keys: ASCII letters, digits, <c>.</c>, <c>_</c> and <c>-</c> in names parted by single slashes, no name that is <c>.</c>
/// or <c>..</c>, at most <see cref="MaximumLength"/> characters. A key is a relative path in a local store and an object's key in S3.
/// </summary>
public static class ObjectKey
{
    /// <summary>The longest key, far above the longest that the format makes (57).</summary>
    public const int MaximumLength = 250;

    /// <summary>Below this, local storage stages objects; nothing there is one.</summary>
    private const string StagingPrefix = "data/txn/";

    /// <summary>What immutable objects' keys begin with.</summary>
    public const string DataPrefix = "data/";

    public const string Manifest = ".cvmfspublished";

    public const string Whitelist = ".cvmfswhitelist";

    public const string Reflog = ".cvmfsreflog";

    /// <summary>Its presence allows replicas to be made.</summary>
    public const string MasterReplica = ".cvmfs_master_replica";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/");

    /// <summary>The key of an object of the content-addressed area.</summary>
    public static string Of(in ObjectName name) => name.StoragePath;

    /// <summary>Reads the name of an object of the content-addressed area back from its key.</summary>
    public static bool TryParse(ReadOnlySpan<char> key, out ObjectName name)
    {
        name = default;
        const int slash = 7;
        if (!IsImmutable(key) || key.Length < slash + 2 || key[slash] != '/')
        {
            return false;
        }

        ObjectKind kind = KindOf(key[^1]);
        ReadOnlySpan<char> rest = kind == ObjectKind.File ? key[(slash + 1)..] : key[(slash + 1)..^1];
        Span<char> text = stackalloc char[ObjectHash.MaxTextLength];
        if (rest.Length + 2 > text.Length)
        {
            return false;
        }

        key[DataPrefix.Length..slash].CopyTo(text);
        rest.CopyTo(text[2..]);
        if (!ObjectHash.TryParse(text[..(rest.Length + 2)], out ObjectHash hash))
        {
            return false;
        }

        name = new ObjectName(hash, kind);
        return true;
    }

    /// <summary>True where the key names an immutable object.</summary>
    public static bool IsImmutable(ReadOnlySpan<char> key) => key.StartsWith(DataPrefix, StringComparison.Ordinal);

    public static bool IsValid(ReadOnlySpan<char> key)
    {
        if (key.Length is 0 or > MaximumLength || key.ContainsAnyExcept(Allowed) || key.StartsWith(StagingPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        foreach (Range range in key.Split('/'))
        {
            if (key[range] is "" or "." or "..")
            {
                return false;
            }
        }

        return true;
    }

    private static ObjectKind KindOf(char suffix) => suffix switch
    {
        'C' => ObjectKind.Catalog,
        'H' => ObjectKind.History,
        'X' => ObjectKind.Certificate,
        'M' => ObjectKind.MetaInfo,
        'P' => ObjectKind.Chunk,
        'L' => ObjectKind.MicroCatalog,
        _ => ObjectKind.File,
    };

    /// <summary>Throws <see cref="ArgumentException"/> where the key is not a valid one for an immutable object.</summary>
    internal static void RequireImmutable(string key)
    {
        Require(key);
        if (!IsImmutable(key))
        {
            throw new ArgumentException($"'{key}' does not name an immutable object", nameof(key));
        }
    }

    /// <summary>Throws <see cref="ArgumentException"/> where the key is not a valid one for a mutable object.</summary>
    internal static void RequireMutable(string key)
    {
        Require(key);
        if (IsImmutable(key))
        {
            throw new ArgumentException($"'{key}' names an immutable object", nameof(key));
        }
    }

    /// <summary>Throws <see cref="ArgumentException"/> where the key is malformed.</summary>
    internal static void Require(string key)
    {
        if (!IsValid(key))
        {
            throw new ArgumentException($"'{key}' is not an object's key", nameof(key));
        }
    }
}
