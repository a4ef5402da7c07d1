namespace Strato;

/// <summary>What the process returns. The numbers are documented in docs/exit-codes.md.</summary>
internal static class ExitCode
{
    /// <summary>It is done.</summary>
    public const int Done = 0;

    /// <summary>It was refused or it failed; one line on the standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;
}
