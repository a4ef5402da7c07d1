namespace Strato.Core.Configuration.Shell;

/// <summary>A parsed command of a parameter file. Words are as written, quotes and all.</summary>
/// <param name="Line">The line that it begins in, from 1.</param>
internal abstract record ShellCommand(int Line)
{
    /// <summary>Assignments, and the words of a command if there is one.</summary>
    public sealed record Simple(int Line, IReadOnlyList<string> Assignments, IReadOnlyList<string> Words) : ShellCommand(Line);

    /// <summary>Commands one after the other.</summary>
    public sealed record Sequence(int Line, IReadOnlyList<ShellCommand> Commands) : ShellCommand(Line);

    /// <summary>The second command runs where the first one succeeds (<c>&amp;&amp;</c>) or fails (<c>||</c>).</summary>
    public sealed record Conditional(int Line, ShellCommand First, bool IfSuccess, ShellCommand Second) : ShellCommand(Line);

    /// <summary><c>! command</c></summary>
    public sealed record Not(int Line, ShellCommand Command) : ShellCommand(Line);

    /// <summary><c>if</c> with its <c>elif</c>; the last condition is null for <c>else</c>.</summary>
    public sealed record If(int Line, IReadOnlyList<(ShellCommand? Condition, ShellCommand Body)> Branches) : ShellCommand(Line);

    /// <summary><c>case</c></summary>
    public sealed record Case(int Line, string Word, IReadOnlyList<(IReadOnlyList<string> Patterns, ShellCommand Body)> Branches) : ShellCommand(Line);

    /// <summary>What would have to be executed to be understood; it is passed over and fails.</summary>
    public sealed record Unsupported(int Line, string What) : ShellCommand(Line);
}
