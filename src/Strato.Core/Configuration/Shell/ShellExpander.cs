using System.Globalization;
using System.Text;

namespace Strato.Core.Configuration.Shell;

/// <summary>
/// Takes the quotes off a word and puts values in for variables. Substitutions that would run a command, and forms that only some
/// shells have, are not supported: null then stands for the value and <see cref="Unsupported"/> says which.
/// </summary>
internal sealed class ShellExpander(Func<string, string?> get, Action<string, string> set)
{
    private const int MaxNesting = 32;
    private const int MaxLength = 64 << 10;

    /// <summary>What the last expansion that came to nothing could not do.</summary>
    public string Unsupported { get; private set; } = string.Empty;

    /// <summary>A word's value, or null.</summary>
    /// <param name="word">The word as written.</param>
    /// <param name="keepPatterns">Whether quoted pattern characters get a backslash, so that they match themselves.</param>
    public string? Expand(string word, bool keepPatterns = false) => Expand(word, keepPatterns, 0);

    private string? Expand(ReadOnlySpan<char> word, bool keepPatterns, int nesting)
    {
        if (nesting > MaxNesting)
        {
            return Refuse("expansions within expansions");
        }

        StringBuilder value = new();
        bool inQuotes = false;
        int at = 0;
        while (at < word.Length)
        {
            char character = word[at];
            if (character == '\'' && !inQuotes)
            {
                int end = at + 1 + word[(at + 1)..].IndexOf('\'');
                if (end <= at)
                {
                    return Refuse("a quote that is not closed");
                }

                AppendQuoted(value, word[(at + 1)..end], keepPatterns);
                at = end + 1;
            }
            else if (character == '"')
            {
                inQuotes = !inQuotes;
                at++;
            }
            else if (character == '\\' && at + 1 < word.Length)
            {
                at = AppendEscaped(value, word, at, inQuotes, keepPatterns);
            }
            else if (character == '`')
            {
                return Refuse("a command substitution");
            }
            else if (character == '$' && at + 1 < word.Length)
            {
                if (!AppendVariable(value, word, ref at, inQuotes && keepPatterns, nesting))
                {
                    return null;
                }
            }
            else
            {
                if (inQuotes && keepPatterns)
                {
                    AppendQuoted(value, word.Slice(at, 1), keepPatterns);
                }
                else
                {
                    value.Append(character);
                }

                at++;
            }

            if (value.Length > MaxLength)
            {
                return Refuse("a value of more than 64 KiB");
            }
        }

        return value.ToString();
    }

    private static int AppendEscaped(StringBuilder value, ReadOnlySpan<char> word, int at, bool inQuotes, bool keepPatterns)
    {
        char next = word[at + 1];
        if (next != '\n')
        {
            if (inQuotes && next is not ('$' or '`' or '"' or '\\'))
            {
                AppendQuoted(value, @"\", keepPatterns);
            }

            AppendQuoted(value, word.Slice(at + 1, 1), keepPatterns);
        }

        return at + 2;
    }

    private static void AppendQuoted(StringBuilder value, ReadOnlySpan<char> text, bool keepPatterns)
    {
        foreach (char character in text)
        {
            if (keepPatterns && character is '*' or '?' or '[' or '\\')
            {
                value.Append('\\');
            }

            value.Append(character);
        }
    }

    private bool AppendVariable(StringBuilder value, ReadOnlySpan<char> word, ref int at, bool quotePatterns, int nesting)
    {
        ReadOnlySpan<char> rest = word[(at + 1)..];
        if (rest[0] == '{')
        {
            int end;
            try
            {
                end = ShellLexer.SkipPart(word.ToString(), at);
            }
            catch (ShellSyntaxException error)
            {
                _ = Refuse(error.Message);
                return false;
            }

            string? expanded = ExpandBraces(word[(at + 2)..(end - 1)], nesting);
            AppendQuoted(value, expanded, quotePatterns);
            at = end;
            return expanded is not null;
        }

        if (rest[0] == '(')
        {
            _ = Refuse("a command substitution");
            return false;
        }

        int length = NameLength(rest);
        if (length == 0)
        {
            // A positional or special parameter is empty in a parameter file; a lone sign is itself.
            bool isSpecial = char.IsAsciiDigit(rest[0]) || rest[0] is '@' or '*' or '#' or '?' or '!' or '$' or '-';
            value.Append(isSpecial ? string.Empty : "$");
            at += isSpecial ? 2 : 1;
            return true;
        }

        AppendQuoted(value, get(rest[..length].ToString()) ?? string.Empty, quotePatterns);
        at += 1 + length;
        return true;
    }

    private string? ExpandBraces(ReadOnlySpan<char> inner, int nesting)
    {
        if (inner.Length > 1 && inner[0] == '#' && NameLength(inner[1..]) == inner.Length - 1)
        {
            return (get(inner[1..].ToString()) ?? string.Empty).Length.ToString(CultureInfo.InvariantCulture);
        }

        int length = NameLength(inner);
        if (length == 0)
        {
            return Refuse($"${{{inner}}}");
        }

        string name = inner[..length].ToString();
        string? current = get(name);
        ReadOnlySpan<char> operation = inner[length..];
        if (operation.IsEmpty)
        {
            return current ?? string.Empty;
        }

        bool emptyCounts = operation[0] == ':';
        char kind = emptyCounts && operation.Length > 1 ? operation[1] : operation[0];
        ReadOnlySpan<char> argument = operation[(emptyCounts && operation.Length > 1 ? 2 : 1)..];
        bool isSet = emptyCounts ? !string.IsNullOrEmpty(current) : current is not null;
        switch (kind)
        {
            case '-':
                return isSet ? current : Expand(argument, keepPatterns: false, nesting + 1);
            case '=':
                string? assigned = isSet ? current : Expand(argument, keepPatterns: false, nesting + 1);
                if (!isSet && assigned is not null)
                {
                    set(name, assigned);
                }

                return assigned;
            case '+':
                return isSet ? Expand(argument, keepPatterns: false, nesting + 1) : string.Empty;
            case '%' or '#' when !emptyCounts:
                bool longest = argument.StartsWith(operation[..1]);
                string? pattern = Expand(argument[(longest ? 1 : 0)..], keepPatterns: true, nesting + 1);
                return pattern is null ? null : Strip(current ?? string.Empty, pattern, fromStart: kind == '#', longest);
            default:
                return Refuse($"${{{inner}}}");
        }
    }

    private static string Strip(string value, string pattern, bool fromStart, bool longest)
    {
        for (int tried = 0; tried <= value.Length; tried++)
        {
            int length = longest ? value.Length - tried : tried;
            ReadOnlySpan<char> part = fromStart ? value.AsSpan(0, length) : value.AsSpan(value.Length - length);
            if (ShellPattern.Matches(pattern, part))
            {
                return fromStart ? value[length..] : value[..^length];
            }
        }

        return value;
    }

    private static int NameLength(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length && (char.IsAsciiLetter(text[length]) || text[length] == '_' || (length > 0 && char.IsAsciiDigit(text[length]))))
        {
            length++;
        }

        return length;
    }

    private string? Refuse(string what)
    {
        Unsupported = what;
        return null;
    }
}
