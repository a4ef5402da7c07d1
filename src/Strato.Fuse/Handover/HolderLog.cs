using System.Text.Unicode;
using Strato.Posix;

namespace Strato.Fuse.Handover;

/// <summary>The holder's lines in the mount's log, which is its standard error.</summary>
internal static class HolderLog
{
    private const int MaxLine = 512;
    private const int StandardError = 2;

    /// <summary>Writes a line with its time. A log that cannot be written is no reason to stop.</summary>
    public static void Write(string message)
    {
        Span<byte> line = stackalloc byte[MaxLine];
        Utf8.TryWrite(line[..^1], null, $"[{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ}] holder: {message}", out int length);
        line[length] = (byte)'\n';
        using FileDescriptor error = new(StandardError, ownsHandle: false);
        _ = PosixFile.WriteAll(error, line[..(length + 1)]);
    }
}
