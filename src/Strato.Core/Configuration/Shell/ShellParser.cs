namespace Strato.Core.Configuration.Shell;

/// <summary>
/// Parses the part of the shell's grammar that parameter files are written in: assignments, simple commands, lists, <c>if</c> and
/// <c>case</c>. Loops, functions, pipelines and subshells are recognised and passed over.
/// </summary>
internal sealed class ShellParser
{
    private const int MaxDepth = 64;

    private readonly List<ShellToken> tokens;
    private int position;
    private int depth;

    private ShellParser(List<ShellToken> tokens) => this.tokens = tokens;

    private ShellToken Current => tokens[position];

    /// <summary>Parses a file's text. Throws <see cref="ShellSyntaxException"/>.</summary>
    public static ShellCommand Parse(string text)
    {
        ShellParser parser = new(new ShellLexer(text).ReadAll());
        ShellCommand all = parser.ParseList();
        return parser.Current.Kind == ShellTokenKind.End ? all : throw parser.Unexpected();
    }

    /// <summary>True for <c>NAME=...</c>; the name is what precedes the sign.</summary>
    public static bool IsAssignment(string word)
    {
        int sign = word.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 && IsName(word.AsSpan(0, sign));
    }

    public static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || char.IsAsciiDigit(text[0]))
        {
            return false;
        }

        foreach (char character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '_')
            {
                return false;
            }
        }

        return true;
    }

    private ShellCommand.Sequence ParseList(params ReadOnlySpan<string> terminators)
    {
        if (++depth > MaxDepth)
        {
            throw new ShellSyntaxException(Current.Line, "commands are nested too deeply");
        }

        int line = Current.Line;
        List<ShellCommand> commands = [];
        while (true)
        {
            SkipSeparators();
            if (Current.Kind is ShellTokenKind.End or ShellTokenKind.CaseEnd or ShellTokenKind.CloseParenthesis || IsAny(terminators))
            {
                depth--;
                return new ShellCommand.Sequence(line, commands);
            }

            commands.Add(ParseConditional());
            if (Current.Kind == ShellTokenKind.Background)
            {
                position++;
            }
            else if (Current.Kind is not (ShellTokenKind.Separator or ShellTokenKind.End or ShellTokenKind.CaseEnd or ShellTokenKind.CloseParenthesis)
                && !IsAny(terminators))
            {
                throw Unexpected();
            }
        }
    }

    private ShellCommand ParseConditional()
    {
        ShellCommand command = ParsePipeline();
        while (Current.Kind is ShellTokenKind.AndIf or ShellTokenKind.OrIf)
        {
            ShellToken operation = Take();
            SkipNewlines();
            command = new ShellCommand.Conditional(operation.Line, command, operation.Kind == ShellTokenKind.AndIf, ParsePipeline());
        }

        return command;
    }

    private ShellCommand ParsePipeline()
    {
        int line = Current.Line;
        bool negated = false;
        while (Current.Is("!"))
        {
            negated = !negated;
            position++;
        }

        ShellCommand command = ParseCommand();
        while (Current.Kind == ShellTokenKind.Pipe)
        {
            position++;
            SkipNewlines();
            _ = ParseCommand();
            command = new ShellCommand.Unsupported(line, "a pipeline");
        }

        return negated ? new ShellCommand.Not(line, command) : command;
    }

    private ShellCommand ParseCommand()
    {
        ShellToken token = Current;
        switch (token)
        {
            case { Kind: ShellTokenKind.OpenParenthesis }:
                position++;
                _ = ParseList();
                Expect(ShellTokenKind.CloseParenthesis);
                return new ShellCommand.Unsupported(token.Line, "a subshell");
            case { Kind: ShellTokenKind.Word, Text: "if" }:
                return ParseIf();
            case { Kind: ShellTokenKind.Word, Text: "case" }:
                return ParseCase();
            case { Kind: ShellTokenKind.Word, Text: "{" }:
                position++;
                ShellCommand group = ParseList("}");
                Expect("}");
                return group;
            case { Kind: ShellTokenKind.Word, Text: "for" or "while" or "until" }:
                position++;
                _ = ParseList("do");
                Expect("do");
                _ = ParseList("done");
                Expect("done");
                return new ShellCommand.Unsupported(token.Line, $"a {token.Text} loop");
            case { Kind: ShellTokenKind.Word, Text: "then" or "elif" or "else" or "fi" or "do" or "done" or "esac" or "}" }:
                throw Unexpected();
            default:
                return ParseSimple();
        }
    }

    private ShellCommand ParseSimple()
    {
        int line = Current.Line;
        List<string> assignments = [];
        List<string> words = [];
        while (true)
        {
            if (Current.Kind == ShellTokenKind.Redirection)
            {
                position++;
                _ = Expect(ShellTokenKind.Word);
            }
            else if (Current.Kind == ShellTokenKind.Word)
            {
                string word = Take().Text;
                (words.Count == 0 && IsAssignment(word) ? assignments : words).Add(word);
            }
            else if (Current.Kind == ShellTokenKind.OpenParenthesis && words.Count == 1 && assignments.Count == 0)
            {
                position++;
                Expect(ShellTokenKind.CloseParenthesis);
                SkipNewlines();
                _ = ParseCommand();
                return new ShellCommand.Unsupported(line, "a function");
            }
            else if (assignments.Count == 0 && words.Count == 0)
            {
                throw Unexpected();
            }
            else
            {
                return new ShellCommand.Simple(line, assignments, words);
            }
        }
    }

    private ShellCommand.If ParseIf()
    {
        int line = Take().Line;
        List<(ShellCommand? Condition, ShellCommand Body)> branches = [];
        while (true)
        {
            ShellCommand condition = ParseList("then");
            Expect("then");
            branches.Add((condition, ParseList("elif", "else", "fi")));
            if (Current.Is("elif"))
            {
                position++;
                continue;
            }

            if (Current.Is("else"))
            {
                position++;
                branches.Add((null, ParseList("fi")));
            }

            Expect("fi");
            return new ShellCommand.If(line, branches);
        }
    }

    private ShellCommand.Case ParseCase()
    {
        int line = Take().Line;
        string word = Expect(ShellTokenKind.Word).Text;
        SkipNewlines();
        Expect("in");
        List<(IReadOnlyList<string> Patterns, ShellCommand Body)> branches = [];
        while (true)
        {
            SkipSeparators();
            if (Current.Is("esac"))
            {
                position++;
                return new ShellCommand.Case(line, word, branches);
            }

            if (Current.Kind == ShellTokenKind.OpenParenthesis)
            {
                position++;
            }

            List<string> patterns = [Expect(ShellTokenKind.Word).Text];
            while (Current.Kind == ShellTokenKind.Pipe)
            {
                position++;
                patterns.Add(Expect(ShellTokenKind.Word).Text);
            }

            Expect(ShellTokenKind.CloseParenthesis);
            branches.Add((patterns, ParseList("esac")));
            if (Current.Kind == ShellTokenKind.CaseEnd)
            {
                position++;
            }
        }
    }

    private void SkipNewlines()
    {
        while (Current is { Kind: ShellTokenKind.Separator, Text: "\n" })
        {
            position++;
        }
    }

    private void SkipSeparators()
    {
        while (Current.Kind == ShellTokenKind.Separator)
        {
            position++;
        }
    }

    private bool IsAny(ReadOnlySpan<string> words)
    {
        foreach (string word in words)
        {
            if (Current.Is(word))
            {
                return true;
            }
        }

        return false;
    }

    private ShellToken Take() => tokens[position++];

    private ShellToken Expect(ShellTokenKind kind) => Current.Kind == kind ? Take() : throw Unexpected();

    private void Expect(string word)
    {
        if (!Current.Is(word))
        {
            throw new ShellSyntaxException(Current.Line, $"{word} is missing");
        }

        position++;
    }

    private ShellSyntaxException Unexpected() => new(
        Current.Line, Current.Kind == ShellTokenKind.End ? "the file ends within a command" : $"{ShellText.Show(Current.Text.Trim())} does not belong there");
}
