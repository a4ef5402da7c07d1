using System.Text;

namespace Strato.Storage.Local;

/// <summary>The places of a repository's storage tree that are no objects.</summary>
internal static class StoragePaths
{
    /// <summary>Where everything is staged; on the same file system as the objects, and never listed.</summary>
    public const string Staging = "data/txn";

    /// <summary>Held exclusively while a mutable object is swapped and while sessions begin.</summary>
    public const string Lock = "data/txn/strato.lock";

    /// <summary>The next version of a mutable object; written under <see cref="Lock"/> only, so one name is enough.</summary>
    public const string Swap = "data/txn/strato.swap";

    /// <summary>What the names of writers' session files begin with.</summary>
    public const string SessionPrefix = "strato-";

    /// <summary>What the names of writers' session files end with.</summary>
    public const string SessionSuffix = ".session";

    /// <summary>What a caller of <see cref="Encode"/> puts on its stack.</summary>
    public const int EncodedLength = 256;

    /// <summary>A relative path as bytes; keys and the paths above are ASCII.</summary>
    public static ReadOnlySpan<byte> Encode(ReadOnlySpan<char> path, Span<byte> buffer) => buffer[..Encoding.ASCII.GetBytes(path, buffer)];
}
