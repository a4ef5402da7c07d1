namespace Strato.Core.Configuration.Shell;

/// <summary>Matches the shell's patterns: <c>*</c>, <c>?</c>, <c>[...]</c> and a backslash before a plain character.</summary>
internal static class ShellPattern
{
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        // One star can be retried from behind; an earlier one never needs to be, so this takes no more than length times length.
        int starPattern = -1;
        int starText = 0;
        int at = 0;
        int textAt = 0;
        while (textAt < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                starPattern = ++at;
                starText = textAt;
            }
            else if (at < pattern.Length && MatchesOne(pattern, ref at, text[textAt]))
            {
                textAt++;
            }
            else if (starPattern >= 0)
            {
                at = starPattern;
                textAt = ++starText;
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].IndexOfAnyExcept('*') < 0;
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, ref int at, char character)
    {
        switch (pattern[at])
        {
            case '?':
                at++;
                return true;
            case '[' when pattern[(at + 1)..].IndexOf(']') is > 0 and int length:
                bool matches = MatchesSet(pattern.Slice(at + 1, length), character);
                at += matches ? length + 2 : 0;
                return matches;
            case '\\' when at + 1 < pattern.Length:
                bool escaped = pattern[at + 1] == character;
                at += escaped ? 2 : 0;
                return escaped;
            default:
                bool same = pattern[at] == character;
                at += same ? 1 : 0;
                return same;
        }
    }

    private static bool MatchesSet(ReadOnlySpan<char> set, char character)
    {
        bool negated = set[0] is '!' or '^';
        for (int index = negated ? 1 : 0; index < set.Length; index++)
        {
            bool isRange = index + 2 < set.Length && set[index + 1] == '-';
            char last = isRange ? set[index + 2] : set[index];
            if (character >= set[index] && character <= last)
            {
                return !negated;
            }

            index += isRange ? 2 : 0;
        }

        return negated;
    }
}
