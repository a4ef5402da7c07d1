using Strato.Core;
using Strato.Core.Paths;

namespace Strato.Publishing.Nesting;

/// <summary>
/// The rules of a repository's <c>/.cvmfsdirtab</c>: which directories become nested catalogs. Each line is a pattern: absolute ones ask
/// for a catalog in every directory that they match, those after <c>!</c> forbid it, and <c>#</c> begins a comment. In a pattern that asks,
/// wildcards stay within one name; in one that forbids, <c>*</c> spans slashes. Immutable.
/// </summary>
internal sealed class Dirtab
{
    private readonly List<PathPattern> wanted = [];
    private readonly List<PathPattern> forbidden = [];

    private Dirtab()
    {
    }

    /// <summary>The name of the file in the repository's root.</summary>
    public static ReadOnlySpan<byte> FileName => ".cvmfsdirtab"u8;

    /// <summary>A dirtab without rules.</summary>
    public static Dirtab Empty { get; } = new();

    public bool IsEmpty => wanted.Count == 0;

    /// <summary>Reads the file's bytes. A rule that is malformed, relative but wanted, or wanted and forbidden alike is refused.</summary>
    /// <exception cref="StratoException">Names the line and what is wrong with it.</exception>
    public static Dirtab Parse(ReadOnlySpan<byte> text)
    {
        Dirtab dirtab = new();
        int number = 0;
        foreach (Range range in text.Split((byte)'\n'))
        {
            number++;
            ReadOnlySpan<byte> line = text[range].Trim(" \t\r"u8);
            if (!line.IsEmpty && line[0] != '#')
            {
                dirtab.AddRule(line, number);
            }
        }

        foreach (PathPattern pattern in dirtab.wanted)
        {
            if (dirtab.forbidden.Exists(pattern.SameAs))
            {
                throw new StratoException(
                    $"/.cvmfsdirtab both asks for and forbids catalogs at {BytesText.Escape(pattern.Text)}; remove one of the two rules");
            }
        }

        return dirtab;
    }

    /// <summary>True where the directory at this absolute path is to be the root of a nested catalog.</summary>
    public bool AsksForCatalogAt(ReadOnlySpan<byte> path)
    {
        bool asked = false;
        foreach (PathPattern pattern in wanted)
        {
            asked = asked || pattern.MatchesNames(path);
        }

        if (!asked)
        {
            return false;
        }

        foreach (PathPattern pattern in forbidden)
        {
            if (pattern.MatchesAcrossNames(path))
            {
                return false;
            }
        }

        return true;
    }

    private void AddRule(ReadOnlySpan<byte> line, int number)
    {
        bool forbids = line[0] == '!';
        ReadOnlySpan<byte> text = forbids ? line[1..].Trim(" \t"u8) : line;
        if (text.IsEmpty)
        {
            return;
        }

        PathPattern? pattern = PathPattern.TryParse(text);
        if (pattern is null || (!forbids && !pattern.IsAbsolute))
        {
            string reason = pattern is null ? "is not a pattern" : "must begin with a slash";
            throw new StratoException($"/.cvmfsdirtab line {number}: '{BytesText.Escape(text)}' {reason}; correct it and publish again");
        }

        (forbids ? forbidden : wanted).Add(pattern);
    }
}
