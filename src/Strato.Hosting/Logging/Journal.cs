using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Strato.Hosting.Logging;

/// <summary>The systemd journal as the reader of a standard error (sd-daemon(3)).</summary>
public static class Journal
{
    /// <summary>Holds device and inode of the journal's stream where a service's standard streams go there (systemd.exec(5)).</summary>
    public const string Variable = "JOURNAL_STREAM";

    private const string SocketPrefix = "socket:[";

    /// <summary>
    /// Whether this process's standard error is the journal's stream: programs inherit the variable also where their streams were turned elsewhere.
    /// </summary>
    /// <param name="stream">The value of <see cref="Variable"/>; null where it is not set.</param>
    public static bool IsStandardError(string? stream) => IsSocket(stream, new FileInfo("/proc/self/fd/2").LinkTarget);

    /// <summary>Whether a descriptor's link in /proc names the stream. Sockets all have one device, so that the inode tells them apart.</summary>
    internal static bool IsSocket(string? stream, string? link)
    {
        ReadOnlySpan<char> inode = stream.AsSpan()[((stream ?? "").IndexOf(':', StringComparison.Ordinal) + 1)..];
        return !inode.IsEmpty
            && link is not null
            && link.StartsWith(SocketPrefix, StringComparison.Ordinal)
            && link.AsSpan(SocketPrefix.Length).TrimEnd(']').SequenceEqual(inode);
    }

    /// <summary>The prefix of a line that tells its priority, as syslog numbers them.</summary>
    internal static string PriorityOf(LogLevel level)
    {
        int priority = level switch
        {
            LogLevel.Critical => 2,
            LogLevel.Error => 3,
            LogLevel.Warning => 4,
            LogLevel.Information => 6,
            _ => 7,
        };
        return string.Create(CultureInfo.InvariantCulture, $"<{priority}>");
    }
}
