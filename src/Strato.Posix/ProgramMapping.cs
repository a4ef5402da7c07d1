using System.Globalization;

namespace Strato.Posix;

/// <summary>
/// A mapping of a file that this process does not write to, as <c>/proc/self/smaps</c> has it: a private one, or a shared one that can only be read, as the
/// runtime has of each assembly beside the one that runs.
/// </summary>
/// <param name="Start">Its address.</param>
/// <param name="Length">Bytes.</param>
/// <param name="File">The file.</param>
public readonly record struct ProgramMapping(nuint Start, nuint Length, string File)
{
    /// <summary>Reads a mapping's head line; null for any other kind of mapping.</summary>
    public static ProgramMapping? TryParse(string line)
    {
        // ADDRESS-ADDRESS PERMISSIONS OFFSET DEVICE INODE PATH
        string[] parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts is not [var range, ['r', '-', _, 'p'] or ['r', '-', '-', 's'], _, _, _, ['/', ..] path] || path.EndsWith(" (deleted)", StringComparison.Ordinal))
        {
            return null;
        }

        int dash = range.IndexOf('-', StringComparison.Ordinal);
        return dash > 0
            && nuint.TryParse(range.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out nuint start)
            && nuint.TryParse(range.AsSpan(dash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out nuint end)
            && end > start
                ? new ProgramMapping(start, end - start, path)
                : null;
    }
}
