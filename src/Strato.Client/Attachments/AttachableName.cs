using System.Buffers;
using System.Text;
using Strato.Core;

namespace Strato.Client.Attachments;

/// <summary>Tells the names below the root that can be repositories from those that cannot, so that these cost nothing.</summary>
internal static class AttachableName
{
    /// <summary>What desktops look for in every directory; to servers that are named by a template they would be repositories.</summary>
    private static readonly string[] Probes = ["autorun.inf", "desktop.ini", "thumbs.db", "ehthumbs.db"];

    /// <summary>Copies a name's bytes as characters. False for one that is not ASCII or too long to be any name here.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> name, Span<char> buffer, out ReadOnlySpan<char> text)
    {
        bool fits = name.Length <= buffer.Length && Ascii.ToUtf16(name, buffer, out _) == OperationStatus.Done;
        text = fits ? buffer[..name.Length] : default;
        return fits;
    }

    /// <summary>
    /// Whether a name can be a repository's: what the genuine client's autofs map lets through (a letter or digit, then letters, digits,
    /// hyphens, underscores and dots, at least one of these and not at the end), without what desktops ask for everywhere.
    /// </summary>
    public static bool IsRepository(ReadOnlySpan<char> name)
    {
        if (!RepositoryName.IsValid(name) || !name.Contains('.'))
        {
            return false;
        }

        foreach (string probe in Probes)
        {
            if (name.Equals(probe, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }
}
