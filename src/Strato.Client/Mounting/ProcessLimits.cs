using System.Globalization;

namespace Strato.Client.Mounting;

/// <summary>What the kernel allows this process.</summary>
internal static class ProcessLimits
{
    private const string OpenFilesLine = "Max open files";

    /// <summary>How many descriptors the process may have; the runtime has raised the soft limit to the hard one at its start. 0 where /proc does not tell.</summary>
    public static long ReadOpenFiles()
    {
        string? line = File.Exists("/proc/self/limits")
            ? File.ReadLines("/proc/self/limits").FirstOrDefault(text => text.StartsWith(OpenFilesLine, StringComparison.Ordinal))
            : null;
        string? soft = line?[OpenFilesLine.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : 0;
    }
}
