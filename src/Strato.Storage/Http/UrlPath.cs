using System.Buffers;
using System.Globalization;
using System.Text;

namespace Strato.Storage.Http;

/// <summary>Writes a path of bytes into an address.</summary>
public static class UrlPath
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/:@+,[]"u8);

    /// <summary>
    /// Percent-encodes every byte that the genuine client encodes: all but letters, digits and <c>- . _ ~ / : @ + , [ ]</c>.
    /// </summary>
    public static string Encode(ReadOnlySpan<byte> path)
    {
        StringBuilder text = new(path.Length);
        foreach (byte value in path)
        {
            if (Plain.Contains(value))
            {
                text.Append((char)value);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return text.ToString();
    }
}
