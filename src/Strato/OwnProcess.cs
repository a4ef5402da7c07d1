using System.Diagnostics;

namespace Strato;

/// <summary>Starts this same program again with other arguments.</summary>
internal static class OwnProcess
{
    /// <summary>A start of <c>strato ARGUMENTS</c>; the streams are the caller's to redirect.</summary>
    public static ProcessStartInfo Start(params IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is unknown");

        // The program is its own executable, but for `dotnet strato.dll`, where the process is the dotnet host.
        bool isHost = Path.GetFileNameWithoutExtension(program.AsSpan()).Equals("dotnet", StringComparison.Ordinal);
        IEnumerable<string> all = isHost ? [Path.Combine(AppContext.BaseDirectory, "strato.dll"), .. arguments] : arguments;
        return new ProcessStartInfo(program, all) { UseShellExecute = false };
    }
}
