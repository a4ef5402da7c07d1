using Strato.Core.Configuration.Shell;

namespace Strato.Core.Configuration;

/// <summary>
/// Takes parameters from files that are written as shell scripts, without running a shell: a repository's configuration may come
/// from another repository, and a mount has no business executing it. Assignments, quotes, variables, <c>if</c> and <c>case</c> mean
/// what they do in the shell; a command that would have to be executed is passed over, counts as failed, and leaves a note.
/// </summary>
internal sealed class ParameterEvaluator
{
    private const long MaxFileSize = 1 << 20;
    private const int MaxSourced = 8;
    private const int MaxCommands = 100_000;

    private readonly Dictionary<string, string> variables;
    private readonly Dictionary<string, string> changed = new(StringComparer.Ordinal);
    private readonly HashSet<string> readOnly = new(StringComparer.Ordinal);
    private readonly List<string> notes;
    private readonly Func<string, string> locate;
    private readonly ShellExpander expander;
    private string file = string.Empty;
    private int sourced;
    private int commands;

    /// <summary>Begins without a file.</summary>
    /// <param name="variables">What is set before; not changed.</param>
    /// <param name="notes">Takes one line for each thing that is passed over.</param>
    /// <param name="locate">Where a file of a given path is read; null for there.</param>
    public ParameterEvaluator(IReadOnlyDictionary<string, string> variables, List<string> notes, Func<string, string>? locate = null)
    {
        this.locate = locate ?? (static path => path);
        this.variables = new Dictionary<string, string>(variables, StringComparer.Ordinal);
        this.notes = notes;
        expander = new ShellExpander(name => this.variables.GetValueOrDefault(name), (name, value) => Assign(name, value, 0));
    }

    /// <summary>What has been set so far, in files and in those that they read.</summary>
    internal IReadOnlyDictionary<string, string> Changed => changed.ToDictionary(
        pair => pair.Key,
        pair => string.Join(' ', pair.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
        StringComparer.Ordinal);

    /// <summary>The same with every blank.</summary>
    internal IReadOnlyDictionary<string, string> Values => changed;

    /// <summary>
    /// Evaluates a file and returns what it sets, as the genuine client sees it: each run of white space is one blank, and of the
    /// variables those alone that a line of this file begins with. Throws <see cref="StratoException"/> where it is not shell. A file
    /// that does not exist sets nothing.
    /// </summary>
    public IReadOnlyDictionary<string, string> Evaluate(string path)
    {
        HashSet<string> visible = ParameterLines.Names(Run(path) ?? string.Empty);
        Dictionary<string, string> seen = new(StringComparer.Ordinal);
        foreach ((string name, string value) in Changed)
        {
            if (visible.Contains(name))
            {
                seen[name] = value;
            }
            else if (name.StartsWith("CVMFS_", StringComparison.Ordinal))
            {
                notes.Add($"{path}: {name} is ignored, as the genuine client does not see it: it must begin a line of this file");
            }
        }

        return seen;
    }

    /// <summary>Evaluates text, as <see cref="Evaluate"/> does a file's.</summary>
    internal void EvaluateText(string path, string text)
    {
        file = path;
        try
        {
            _ = Run(ShellParser.Parse(text));
        }
        catch (ShellSyntaxException error)
        {
            throw new StratoException($"cannot read the parameter file {path}, line {error.Line}: {error.Message}", error);
        }
    }

    /// <summary>Evaluates a file and returns its text, null where it does not exist or cannot be read.</summary>
    private string? Run(string path)
    {
        string text;
        try
        {
            FileInfo info = new(locate(path));
            if (!info.Exists)
            {
                return null;
            }

            if (info.Length > MaxFileSize)
            {
                throw new StratoException($"cannot read the parameter file {path}: it has more than {MaxFileSize} bytes");
            }

            text = File.ReadAllText(info.FullName);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            notes.Add($"{path} cannot be read and is ignored: {error.Message}");
            return null;
        }

        string outer = file;
        EvaluateText(path, text);
        file = outer;
        return text;
    }

    private bool Run(ShellCommand command)
    {
        if (++commands > MaxCommands)
        {
            throw new ShellSyntaxException(command.Line, "there are too many commands");
        }

        switch (command)
        {
            case ShellCommand.Sequence sequence:
                bool last = true;
                foreach (ShellCommand part in sequence.Commands)
                {
                    last = Run(part);
                }

                return last;
            case ShellCommand.Conditional conditional:
                bool first = Run(conditional.First);
                return first == conditional.IfSuccess ? Run(conditional.Second) : first;
            case ShellCommand.Not not:
                return !Run(not.Command);
            case ShellCommand.If choice:
                return RunIf(choice);
            case ShellCommand.Case choice:
                return RunCase(choice);
            case ShellCommand.Simple simple:
                return RunSimple(simple);
            case ShellCommand.Unsupported unsupported:
                return Pass(unsupported.Line, unsupported.What);
            default:
                throw new InvalidOperationException($"unknown command {command.GetType().Name}");
        }
    }

    private bool RunIf(ShellCommand.If choice)
    {
        foreach ((ShellCommand? condition, ShellCommand body) in choice.Branches)
        {
            if (condition is null || Run(condition))
            {
                return Run(body);
            }
        }

        return true;
    }

    private bool RunCase(ShellCommand.Case choice)
    {
        if (expander.Expand(choice.Word) is not { } word)
        {
            return Pass(choice.Line, expander.Unsupported);
        }

        foreach ((IReadOnlyList<string> patterns, ShellCommand body) in choice.Branches)
        {
            foreach (string pattern in patterns)
            {
                if (expander.Expand(pattern, keepPatterns: true) is { } expanded && ShellPattern.Matches(expanded, word))
                {
                    return Run(body);
                }
            }
        }

        return true;
    }

    private bool RunSimple(ShellCommand.Simple command)
    {
        if (command.Words.Count == 0)
        {
            return AssignAll(command.Assignments, command.Line);
        }

        string name = command.Words[0];
        IEnumerable<string> arguments = command.Words.Skip(1);
        switch (name)
        {
            case ":":
                // Of use for nothing but ${X:=default}.
                return arguments.All(argument => expander.Expand(argument) is not null) || Pass(command.Line, expander.Unsupported);
            case "true" or "set" or "shopt" or "echo" or "printf" or "cd" or "umask":
                return true;
            case "false":
                return false;
            case "[" or "test" or "[[":
                return Test(command, name);
            case "export" or "eval" or "local" or "declare" or "typeset":
                return AssignAll(arguments.Where(ShellParser.IsAssignment), command.Line);
            case "readonly":
                bool assigned = AssignAll(arguments.Where(ShellParser.IsAssignment), command.Line);
                readOnly.UnionWith(arguments.Select(argument => argument.Split('=')[0]));
                return assigned;
            case "unset":
                foreach (string variable in arguments.Where(argument => ShellParser.IsName(argument)))
                {
                    Assign(variable, string.Empty, command.Line);
                    _ = readOnly.Contains(variable) || variables.Remove(variable);
                }

                return true;
            case "." or "source":
                return Source(command);
            default:
                return Pass(command.Line, $"the command {name}");
        }
    }

    private bool Test(ShellCommand.Simple command, string name)
    {
        List<string> arguments = [];
        foreach (string word in command.Words.Skip(1))
        {
            if (expander.Expand(word) is not { } value)
            {
                return Pass(command.Line, expander.Unsupported);
            }

            // An unquoted variable without a value is no argument at all.
            if (value.Length > 0 || word.AsSpan().IndexOfAny('"', '\'') >= 0)
            {
                arguments.Add(value);
            }
        }

        if (name != "test" && arguments is [.., "]" or "]]"])
        {
            arguments.RemoveAt(arguments.Count - 1);
        }

        return ShellTest.Evaluate(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(arguments), locate) ?? Pass(command.Line, "this test");
    }

    private bool Source(ShellCommand.Simple command)
    {
        if (command.Words.Count < 2 || expander.Expand(command.Words[1]) is not { } path)
        {
            return Pass(command.Line, expander.Unsupported);
        }

        if (path.Contains('\0'))
        {
            return Pass(command.Line, "a file whose name holds a NUL");
        }

        if (++sourced > MaxSourced)
        {
            throw new ShellSyntaxException(command.Line, $"more than {MaxSourced} files are read from within files");
        }

        // The genuine client evaluates a file in the folder that it lies in.
        string full = Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(file))!);
        return Run(full) is not null || Pass(command.Line, $"the file {full}, which cannot be read,");
    }

    private bool AssignAll(IEnumerable<string> assignments, int line)
    {
        bool all = true;
        foreach (string assignment in assignments)
        {
            int sign = assignment.IndexOf('=', StringComparison.Ordinal);
            string name = assignment[..sign];
            if (expander.Expand(assignment[(sign + 1)..]) is { } value)
            {
                Assign(name, value, line);
            }
            else
            {
                all = Pass(line, $"{expander.Unsupported} in {name}");
            }
        }

        return all;
    }

    private void Assign(string name, string value, int line)
    {
        if (readOnly.Contains(name))
        {
            _ = Pass(line, $"a second value for the read-only {name}");
            return;
        }

        variables[name] = value;
        changed[name] = value;
    }

    private bool Pass(int line, string what)
    {
        notes.Add($"{file}, line {line}: {ShellText.Show(what)} is not evaluated");
        return false;
    }
}
