using System.Text;
using Strato.Core.Paths;

namespace Strato.Storage;

/// <summary>Shows text that somebody else wrote (an address, a server's answer) within a message of one line.</summary>
internal static class Shown
{
    /// <summary>The text with everything escaped that could break a line or a terminal, cut where it is long.</summary>
    public static string Text(string? text)
    {
        const int longest = 300;
        string shown = BytesText.Escape(Encoding.UTF8.GetBytes(text ?? string.Empty));
        return shown.Length <= longest ? shown : string.Concat(shown.AsSpan(0, longest), "…");
    }
}
