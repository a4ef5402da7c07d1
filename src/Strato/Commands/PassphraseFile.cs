using System.CommandLine;
using System.Text;
using Strato.Arguments;
using Strato.Core;

namespace Strato.Commands;

/// <summary>A passphrase comes from a file or the standard input, never from the command line, which every user of the machine can read.</summary>
internal static class PassphraseFile
{
    private const int MaximumLength = 4096;
    private const int MinimumLength = 8;

    public static Option<string?> Option(string description) =>
        new Option<string?>("--passphrase-file") { Description = $"{description}; the file's first line, - for the standard input", HelpName = "FILE|-" }.NotEmpty();

    /// <summary>Reads the passphrase.</summary>
    /// <exception cref="StratoException">It cannot be read, or is too short to be of use.</exception>
    public static string Read(CommandContext context, string file)
    {
        byte[] content;
        if (file == "-")
        {
            content = new byte[MaximumLength];
            using Stream input = context.OpenInput();
            content = content[..input.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
        }
        else
        {
            content = CommandFile.Read(file, MaximumLength);
        }

        string passphrase = Encoding.UTF8.GetString(content).Split('\n')[0].TrimEnd('\r');
        return passphrase.Length >= MinimumLength
            ? passphrase
            : throw new StratoException($"the passphrase in {(file == "-" ? "the standard input" : file)} has fewer than {MinimumLength} characters");
    }
}
