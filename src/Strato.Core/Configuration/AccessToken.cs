using System.Security.Cryptography;
using System.Text;

namespace Strato.Core.Configuration;

/// <summary>
/// A bearer token (RFC 6750) that servers want for a repository. Immutable. Its text goes nowhere but to servers; everything else knows its digest.
/// </summary>
public sealed class AccessToken
{
    private const int MaxLength = 16 * 1024;

    private AccessToken(string text)
    {
        Text = text;
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
    }

    /// <summary>What servers are sent.</summary>
    public string Text { get; }

    /// <summary>SHA-256 of the text, in hexadecimal digits.</summary>
    public string Digest { get; }

    /// <summary>Reads a file whose first line is the token. Throws <see cref="StratoException"/> where that cannot be read or be one.</summary>
    public static AccessToken Read(string path)
    {
        string text;
        try
        {
            using StreamReader reader = new(path, Encoding.Latin1, detectEncodingFromByteOrderMarks: false);
            char[] buffer = new char[MaxLength + 1];
            int length = reader.ReadBlock(buffer);
            text = length > MaxLength ? "" : new string(buffer, 0, length).Split('\n')[0].Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot read the token file {path}: {error.Message}", error);
        }

        return text.Length > 0 && text.All(letter => letter is > ' ' and < '\u007f')
            ? new AccessToken(text)
            : throw new StratoException($"cannot use the token file {path}: its first line must be a token, without blanks and of at most {MaxLength} letters");
    }

    /// <summary>Never the token.</summary>
    public override string ToString() => "token";
}
