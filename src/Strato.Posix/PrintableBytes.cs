using System.Buffers;
using System.Globalization;
using System.Text;

namespace Strato.Posix;

/// <summary>Shows bytes that somebody else chose (names, link targets) to a person without breaking a terminal or a log line.</summary>
public static class PrintableBytes
{
    /// <summary>
    /// The bytes as UTF-8, with <c>\xHH</c> for control characters and for bytes that are not UTF-8, and <c>\\</c> for a backslash.
    /// </summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new(bytes.Length);
        while (!bytes.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int consumed);
            if (status == OperationStatus.Done && rune.Value == '\\')
            {
                text.Append(@"\\");
            }
            else if (status == OperationStatus.Done && !Rune.IsControl(rune))
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (byte value in bytes[..consumed])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
                }
            }

            bytes = bytes[consumed..];
        }

        return text.ToString();
    }
}
