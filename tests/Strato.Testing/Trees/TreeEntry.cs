using System.Globalization;
using Strato.Core.Paths;
using Strato.Posix;

namespace Strato.Testing.Trees;

/// <summary>One entry as a program sees it, in a form that two file systems can be compared by.</summary>
public sealed record TreeEntry
{
    /// <summary>Where it is below the tree's root, which itself is the empty path.</summary>
    public required RepositoryPath Path { get; init; }

    public required FileStatus Status { get; init; }

    /// <summary>The target of a symbolic link.</summary>
    public byte[] Target { get; init; } = [];

    /// <summary>The SHA-256 of a regular file's content in hex, empty for everything else.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Names and values, escaped, in the order of the names.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>The names in the same directory that are this very file, itself among them, in byte order; more than one for hard links.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>What two trees are compared by: one line for each property that has a meaning for the entry's type.</summary>
    /// <param name="comparison">What to leave out.</param>
    public IEnumerable<string> Describe(TreeComparisonOptions comparison)
    {
        yield return $"type {Status.Type}";
        yield return $"mode {Convert.ToString(Status.Permissions, 8)}";
        yield return string.Create(CultureInfo.InvariantCulture, $"owner {Status.Uid}:{Status.Gid}");
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"mtime {Status.ModificationTime.Seconds}.{(comparison.HasFlag(TreeComparisonOptions.WholeSeconds) ? 0 : Status.ModificationTime.Nanoseconds):d9}");

        if (Status.Type == FileType.Regular)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"size {Status.Size}");
            yield return $"sha256 {Digest}";
        }
        else if (Status.Type == FileType.SymbolicLink)
        {
            yield return $"target {BytesText.Escape(Target)}";
        }
        else if (Status.Type is FileType.CharacterDevice or FileType.BlockDevice)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"device {Status.RawDevice:x}");
        }

        foreach (string attribute in Attributes)
        {
            yield return $"attribute {attribute}";
        }

        if (Status.Type != FileType.Directory)
        {
            yield return $"links {string.Join(' ', Links)}";
        }
    }
}
