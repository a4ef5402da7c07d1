using System.Text;
using Strato.Posix;

namespace Strato.Core.Paths;

/// <summary>Shows bytes that somebody else chose (names, link targets) to a person without breaking a terminal or a log line.</summary>
public static class BytesText
{
    /// <summary>
    /// The bytes as UTF-8, with <c>\xHH</c> for control characters and for bytes that are not UTF-8, and <c>\\</c> for a backslash.
    /// </summary>
    public static string Escape(ReadOnlySpan<byte> bytes) => PrintableBytes.Escape(bytes);

    /// <summary>The same for text that somebody else chose.</summary>
    public static string Escape(string text) => PrintableBytes.Escape(Encoding.UTF8.GetBytes(text));
}
