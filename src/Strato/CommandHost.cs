using System.Text;

namespace Strato;

/// <summary>
/// The world that a command line runs in: the standard streams, the environment, the clock. The process has one; tests make
/// their own.
/// </summary>
internal sealed class CommandHost : IDisposable
{
    /// <summary>Where data goes. Buffered: a command that stays up flushes what it has printed.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Where progress and errors go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Opens the standard input as bytes.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Reads an environment variable; null where it is unset.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>True where <see cref="Error"/> is a terminal, so that progress may redraw itself.</summary>
    public required bool IsTerminal { get; init; }

    /// <summary>True where the process may do what root may.</summary>
    public required bool IsRoot { get; init; }

    /// <summary>The clock of every command.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The host of a real process.</summary>
    public static CommandHost ForProcess()
    {
        // A closed pipe (strato ... | head) is no error: the console's stream drops what nobody reads. A full disk throws.
        UTF8Encoding encoding = new(encoderShouldEmitUTF8Identifier: false);
        return new CommandHost
        {
            // Several threads write, such as one that passes on what a child says; the last one may do so while the process ends.
            Output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput(), encoding, bufferSize: 16 * 1024)),
            Error = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError(), encoding) { AutoFlush = true }),
            OpenInput = Console.OpenStandardInput,
            Environment = System.Environment.GetEnvironmentVariable,
            IsTerminal = !Console.IsErrorRedirected,
            IsRoot = System.Environment.IsPrivilegedProcess,
        };
    }

    public void Dispose()
    {
        Output.Dispose();
        Error.Dispose();
    }
}
