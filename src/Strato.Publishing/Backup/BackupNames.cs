namespace Strato.Publishing.Backup;

/// <summary>The names of a backup's entries.</summary>
internal static class BackupNames
{
    /// <summary>Files of the repository's folder of the home.</summary>
    public const string Folder = "home/";

    /// <summary>Key files, by their ending; private ones are encrypted.</summary>
    public const string Keys = "keys/";

    /// <summary>The storage's mutable objects, by their keys.</summary>
    public const string Mutable = "storage/";

    /// <summary>Objects that the manifest names, by their keys.</summary>
    public const string Objects = "objects/";

    /// <summary>The endings of key files that are secret.</summary>
    public static IReadOnlyList<string> PrivateKeys { get; } = ["key", "masterkey", "next.key"];

    /// <summary>The endings of those that are not.</summary>
    public static IReadOnlyList<string> PublicKeys { get; } = ["pub", "crt", "next.crt", "old.crt"];
}
