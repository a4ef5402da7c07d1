using System.Diagnostics;
using System.Text;

namespace Strato;

/// <summary>Starts this same program again with other arguments.</summary>
internal static class OwnProcess
{
    /// <summary>The program's path: its own executable, or the dotnet host's.</summary>
    public static string Path { get; } = Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is unknown");

    /// <summary>What comes before the program's own arguments: nothing, or for <c>dotnet strato.dll</c> the latter.</summary>
    public static IReadOnlyList<string> Prefix { get; } =
        System.IO.Path.GetFileNameWithoutExtension(Path.AsSpan()).Equals("dotnet", StringComparison.Ordinal)
            ? [System.IO.Path.Combine(AppContext.BaseDirectory, "strato.dll")]
            : [];

    /// <summary>A start of <c>strato ARGUMENTS</c>; the streams are the caller's to redirect.</summary>
    public static ProcessStartInfo Start(params IEnumerable<string> arguments) =>
        new(Path, [.. Prefix, .. arguments]) { UseShellExecute = false };

    /// <summary>The arguments of this process to the byte, without the program's name.</summary>
    public static IReadOnlyList<byte[]> ReadArguments()
    {
        byte[] line = File.ReadAllBytes("/proc/self/cmdline");
        List<byte[]> arguments = [];
        for (int start = 0; start < line.Length;)
        {
            int end = Array.IndexOf(line, (byte)0, start);
            end = end < 0 ? line.Length : end;
            arguments.Add(line[start..end]);
            start = end + 1;
        }

        return arguments.Count > 0 ? arguments[1..] : throw new InvalidOperationException($"this process has no command line: {Encoding.UTF8.GetString(line)}");
    }
}
