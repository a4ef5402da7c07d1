using System.Buffers;
using Strato.Core;

namespace Strato.Publishing.Repositories;

/// <summary>The rules for fully qualified repository names such as <c>sft.example.org</c>: they are also file names and parts of URLs.</summary>
public static class RepositoryName
{
    /// <summary>The longest name that the genuine tools take.</summary>
    public const int MaximumLength = 60;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>True for letters, digits, dots, dashes and underscores that begin with a letter or digit and have no empty part.</summary>
    public static bool IsValid(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaximumLength
        && !name.ContainsAnyExcept(Allowed)
        && char.IsAsciiLetterOrDigit(name[0])
        && name[^1] != '.'
        && !name.Contains("..", StringComparison.Ordinal);

    /// <summary>Throws where the name is not one.</summary>
    /// <exception cref="StratoException">Says what a name looks like.</exception>
    public static void Require(string name)
    {
        if (!IsValid(name))
        {
            throw new StratoException(
                $"'{name}' is not a repository name; it has letters, digits, '.', '-' and '_', at most {MaximumLength} of them, as in sft.example.org");
        }
    }
}
