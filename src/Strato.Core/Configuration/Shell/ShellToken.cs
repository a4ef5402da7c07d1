namespace Strato.Core.Configuration.Shell;

/// <summary>One token of a parameter file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its characters, quotes and all.</param>
/// <param name="Line">The line that it begins in, from 1.</param>
internal readonly record struct ShellToken(ShellTokenKind Kind, string Text, int Line)
{
    /// <summary>True for an unquoted word of exactly these characters.</summary>
    public bool Is(string word) => Kind == ShellTokenKind.Word && string.Equals(Text, word, StringComparison.Ordinal);
}
