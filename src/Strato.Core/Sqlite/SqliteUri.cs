using System.Text;

namespace Strato.Core.Sqlite;

/// <summary>Names a file to SQLite as a URI, the only way to say that nobody changes it.</summary>
internal static class SqliteUri
{
    /// <summary>A <c>file:</c> URI of a path's bytes, with every byte escaped that is not plainly a path's.</summary>
    public static byte[] Immutable(ReadOnlySpan<byte> path)
    {
        StringBuilder uri = new("file:", path.Length + 32);
        if (!path.StartsWith("/"u8))
        {
            uri.Append("./");
        }

        foreach (byte value in path)
        {
            if (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'/' or (byte)'.' or (byte)'-' or (byte)'_')
            {
                uri.Append((char)value);
            }
            else
            {
                uri.Append('%').Append(Convert.ToHexString([value]));
            }
        }

        return Encoding.ASCII.GetBytes(uri.Append("?immutable=1").ToString());
    }
}
