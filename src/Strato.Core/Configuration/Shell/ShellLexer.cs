namespace Strato.Core.Configuration.Shell;

/// <summary>Cuts the text of a parameter file into tokens, as the POSIX shell does.</summary>
internal sealed class ShellLexer(string text)
{
    private const int MaxNesting = 32;

    private int position;
    private int line = 1;

    /// <summary>All tokens, the last of them the end. Throws <see cref="ShellSyntaxException"/> where a quote or bracket is not closed.</summary>
    public List<ShellToken> ReadAll()
    {
        List<ShellToken> tokens = [];
        do
        {
            tokens.Add(Read());
        }
        while (tokens[^1].Kind != ShellTokenKind.End);
        return tokens;
    }

    /// <summary>The place behind a quoted or bracketed part that begins at <paramref name="start"/>, or the one behind a plain character.</summary>
    public static int SkipPart(string text, int start, int nesting = 0)
    {
        if (nesting > MaxNesting)
        {
            throw new ShellSyntaxException(0, "quotes and brackets are nested too deeply");
        }

        switch (text[start])
        {
            case '\\':
                return Math.Min(start + 2, text.Length);
            case '\'':
                int end = text.IndexOf('\'', start + 1);
                return end < 0 ? throw Unclosed("'") : end + 1;
            case '"':
                return SkipUntil(text, start + 1, '"', nesting);
            case '`':
                return SkipUntil(text, start + 1, '`', nesting);
            case '$' when start + 1 < text.Length && text[start + 1] == '{':
                return SkipUntil(text, start + 2, '}', nesting);
            case '$' when start + 1 < text.Length && text[start + 1] == '(':
                return SkipUntil(text, start + 2, ')', nesting);
            default:
                return start + 1;
        }
    }

    private static int SkipUntil(string text, int start, char close, int nesting)
    {
        int at = start;
        while (at < text.Length)
        {
            if (text[at] == close)
            {
                return at + 1;
            }

            // Within double quotes a single one is a plain character; within a substitution parentheses come in pairs.
            at = close == '"' && text[at] == '\'' ? at + 1
                : close == ')' && text[at] == '(' ? SkipUntil(text, at + 1, ')', Deeper(nesting))
                : SkipPart(text, at, nesting + 1);
        }

        throw Unclosed(close.ToString());
    }

    private static int Deeper(int nesting) =>
        nesting < MaxNesting ? nesting + 1 : throw new ShellSyntaxException(0, "quotes and brackets are nested too deeply");

    private static ShellSyntaxException Unclosed(string what) => new(0, $"{what} is missing");

    private static bool EndsWord(char character) => character is ' ' or '\t' or '\r' or '\n' or ';' or '&' or '|' or '(' or ')' or '<' or '>';

    private ShellToken Read()
    {
        SkipBlanks();
        if (position >= text.Length)
        {
            return new ShellToken(ShellTokenKind.End, string.Empty, line);
        }

        switch (text[position])
        {
            case '\n':
                ShellToken newline = Take(ShellTokenKind.Separator, 1);
                line++;
                return newline;
            case ';':
                return Next(';') ? Take(ShellTokenKind.CaseEnd, 2) : Take(ShellTokenKind.Separator, 1);
            case '&':
                return Next('&') ? Take(ShellTokenKind.AndIf, 2) : Take(ShellTokenKind.Background, 1);
            case '|':
                return Next('|') ? Take(ShellTokenKind.OrIf, 2) : Take(ShellTokenKind.Pipe, 1);
            case '(':
                return Take(ShellTokenKind.OpenParenthesis, 1);
            case ')':
                return Take(ShellTokenKind.CloseParenthesis, 1);
            case '<' or '>':
                return ReadRedirection(position);
            default:
                return ReadWord();
        }
    }

    private ShellToken ReadWord()
    {
        int start = position;
        int startLine = line;
        try
        {
            while (position < text.Length && !EndsWord(text[position]))
            {
                position = SkipPart(text, position);
            }
        }
        catch (ShellSyntaxException error)
        {
            throw new ShellSyntaxException(startLine, error.Message);
        }

        string word = text[start..position];
        line += word.AsSpan().Count('\n');
        return position < text.Length && text[position] is '<' or '>' && word.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
            ? ReadRedirection(start)
            : new ShellToken(ShellTokenKind.Word, word, startLine);
    }

    private ShellToken ReadRedirection(int start)
    {
        while (position < text.Length && text[position] is '<' or '>')
        {
            position++;
        }

        if (position < text.Length && text[position] == '&')
        {
            position++;
        }

        string operation = text[start..position];
        return operation.Contains("<<", StringComparison.Ordinal)
            ? throw new ShellSyntaxException(line, "here-documents are not supported")
            : new ShellToken(ShellTokenKind.Redirection, operation, line);
    }

    private void SkipBlanks()
    {
        while (position < text.Length)
        {
            if (text[position] is ' ' or '\t' or '\r')
            {
                position++;
            }
            else if (text[position] == '\\' && Next('\n'))
            {
                position += 2;
                line++;
            }
            else if (text[position] == '#')
            {
                int end = text.IndexOf('\n', position);
                position = end < 0 ? text.Length : end;
            }
            else
            {
                return;
            }
        }
    }

    private bool Next(char character) => position + 1 < text.Length && text[position + 1] == character;

    private ShellToken Take(ShellTokenKind kind, int length)
    {
        position += length;
        return new ShellToken(kind, text.Substring(position - length, length), line);
    }
}
