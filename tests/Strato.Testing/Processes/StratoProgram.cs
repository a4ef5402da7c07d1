namespace Strato.Testing.Processes;

/// <summary>The program under test.</summary>
public static class StratoProgram
{
    /// <summary>Names another program than the one that was built with the tests: the one that is shipped, compiled ahead of time.</summary>
    public const string Variable = "STRATO_PROGRAM";

    /// <summary>Its executable, with its full path.</summary>
    public static string Location { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } other
        ? Path.GetFullPath(other)
        : Path.Combine(AppContext.BaseDirectory, "strato");
}
