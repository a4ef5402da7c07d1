namespace Strato.Publishing.Nesting;

/// <summary>
/// A pattern for paths: names separated by slashes, with <c>*</c>, <c>?</c>, and a backslash before either (or before a backslash) taking away its
/// meaning. Bracket expressions work where names are matched one by one, as they do for the shell. Immutable.
/// </summary>
internal sealed class PathPattern
{
    private readonly byte[] text;
    private readonly GlobToken[][] names;
    private readonly GlobToken[] whole;

    private PathPattern(byte[] text, GlobToken[][] names, GlobToken[] whole)
    {
        this.text = text;
        this.names = names;
        this.whole = whole;
    }

    public ReadOnlySpan<byte> Text => text;

    public bool IsAbsolute => text[0] == '/';

    /// <summary>Reads a pattern that is not empty; null where it has no name or a backslash that escapes nothing.</summary>
    public static PathPattern? TryParse(ReadOnlySpan<byte> text)
    {
        List<GlobToken[]> read = [];
        List<GlobToken> joined = [];
        if (text[0] == '/')
        {
            joined.Add(GlobToken.Literal((byte)'/'));
        }

        foreach (Range range in text.Split((byte)'/'))
        {
            ReadOnlySpan<byte> name = text[range];
            if (name.IsEmpty)
            {
                continue;
            }

            if (!GlobToken.TryRead(name, brackets: true, out GlobToken[] withBrackets)
                || !GlobToken.TryRead(name, brackets: false, out GlobToken[] plain))
            {
                return null;
            }

            if (read.Count > 0)
            {
                joined.Add(GlobToken.Literal((byte)'/'));
            }

            read.Add(withBrackets);
            joined.AddRange(plain);
        }

        return read.Count == 0 ? null : new PathPattern(text.ToArray(), [.. read], [.. joined]);
    }

    /// <summary>True where both mean the same, however many slashes they were written with.</summary>
    public bool SameAs(PathPattern other) => whole.AsSpan().SequenceEqual(other.whole);

    /// <summary>Matches an absolute path name by name: wildcards stay within a name.</summary>
    public bool MatchesNames(ReadOnlySpan<byte> path)
    {
        int index = 0;
        foreach (Range range in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> name = path[range];
            if (name.IsEmpty)
            {
                continue;
            }

            if (index == names.Length || !GlobToken.Match(names[index], name))
            {
                return false;
            }

            index++;
        }

        return index == names.Length;
    }

    /// <summary>Matches a path as one text: <c>*</c> also matches slashes, <c>?</c> does not.</summary>
    public bool MatchesAcrossNames(ReadOnlySpan<byte> path) => GlobToken.Match(whole, path);
}
