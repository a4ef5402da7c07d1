namespace Strato.Core.History;

/// <summary>A line of revisions beside the default one (history schema 1.0 revision 3, table <c>branches</c>).</summary>
/// <param name="Name">The name, empty for the default branch.</param>
/// <param name="Parent">The branch that it started from; null for the default branch only.</param>
/// <param name="InitialRevision">Its first revision.</param>
public sealed record HistoryBranch(string Name, string? Parent, ulong InitialRevision)
{
    /// <summary>True for what <c>checkout -b</c> accepts: letters, digits and <c>-_.@/</c>.</summary>
    public static bool IsValidName(ReadOnlySpan<char> name)
    {
        foreach (char letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && !"-_.@/".Contains(letter))
            {
                return false;
            }
        }

        return name.Length is > 0 and <= TagName.MaxLength;
    }
}
