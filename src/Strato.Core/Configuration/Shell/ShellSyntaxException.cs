namespace Strato.Core.Configuration.Shell;

/// <summary>A parameter file is not shell, or uses a form of it that would have to be executed to be understood.</summary>
internal sealed class ShellSyntaxException(int line, string reason) : Exception(reason)
{
    /// <summary>The line, from 1.</summary>
    public int Line { get; } = line;
}
