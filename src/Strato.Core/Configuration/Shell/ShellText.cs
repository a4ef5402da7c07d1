using System.Text;
using Strato.Core.Paths;

namespace Strato.Core.Configuration.Shell;

/// <summary>Shows a piece of a parameter file to a person.</summary>
internal static class ShellText
{
    private const int MaxLength = 60;

    /// <summary>The text without what would break a line or a terminal, cut where it is long.</summary>
    public static string Show(string text)
    {
        string shown = BytesText.Escape(Encoding.UTF8.GetBytes(text.Length > MaxLength ? text[..MaxLength] : text));
        return text.Length > MaxLength ? shown + "..." : shown;
    }
}
