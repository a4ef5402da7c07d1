using System.Buffers;

namespace Strato.Core;

/// <summary>The rules for fully qualified repository names such as <c>atlas.cern.ch</c>: they are also file names and parts of URLs.</summary>
public static class RepositoryName
{
    /// <summary>The longest name that is looked for anywhere; a file with it and a suffix must still be possible.</summary>
    public const int MaxLength = 240;

    /// <summary>The longest name that the genuine tools make a repository with.</summary>
    public const int MaxNewLength = 60;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>True for letters, digits, dots, hyphens and underscores that begin with a letter or digit and have no empty part.</summary>
    public static bool IsValid(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaxLength
        && !name.ContainsAnyExcept(Allowed)
        && char.IsAsciiLetterOrDigit(name[0])
        && name[^1] != '.'
        && !name.Contains("..", StringComparison.Ordinal);

    /// <summary>True for a valid name that a repository can be made with.</summary>
    public static bool IsValidNew(ReadOnlySpan<char> name) => name.Length <= MaxNewLength && IsValid(name);

    /// <summary>Throws where a name is not one that a repository of a publisher can have.</summary>
    /// <exception cref="StratoException">Says what a name looks like.</exception>
    public static void Require(string name)
    {
        if (!IsValidNew(name))
        {
            throw new StratoException(
                $"'{name}' is not a repository name; it has letters, digits, '.', '-' and '_', at most {MaxNewLength} of them, as in sft.example.org");
        }
    }

    /// <summary>Adds the default domain (<c>CVMFS_DEFAULT_DOMAIN</c>) to a name without a dot.</summary>
    public static string Qualify(string name, string? defaultDomain) =>
        name.Contains('.', StringComparison.Ordinal) || string.IsNullOrEmpty(defaultDomain) ? name : $"{name}.{defaultDomain}";
}
