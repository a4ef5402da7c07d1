using System.Globalization;
using System.Text;
using Strato.Posix;

namespace Strato.Testing.Processes;

/// <summary>The <c>strato</c> command line in a process whose clock a test moves while it runs, such as past the end of a whitelist.</summary>
internal static class ShiftedStratoProgram
{
    public const string Verb = "shifted-strato";

    /// <summary>Runs <c>strato ARGUMENTS</c> with a clock that is ahead by what a file says at each look: a whole number of seconds.</summary>
    public static int Run(string offsetFile, string[] arguments)
    {
        using CommandHost process = CommandHost.ForProcess();
        using CommandHost host = new()
        {
            Output = process.Output,
            Error = process.Error,
            OpenInput = process.OpenInput,
            Environment = process.Environment,
            IsTerminal = process.IsTerminal,
            IsRoot = process.IsRoot,
            Clock = new ShiftedClock(offsetFile),
        };
        return CommandLine.RunAsync(arguments, host).GetAwaiter().GetResult();
    }

    /// <summary>Replaces an offset file in one step.</summary>
    public static void Shift(string offsetFile, TimeSpan ahead)
    {
        File.WriteAllText(offsetFile + ".new", ((long)ahead.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        PosixPath.Rename(null, Encoding.UTF8.GetBytes(offsetFile + ".new"), null, Encoding.UTF8.GetBytes(offsetFile), replace: true).ThrowIfFailed("move the clock");
    }

    private sealed class ShiftedClock(string offsetFile) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() =>
            base.GetUtcNow().AddSeconds(long.Parse(File.ReadAllText(offsetFile), CultureInfo.InvariantCulture));
    }
}
