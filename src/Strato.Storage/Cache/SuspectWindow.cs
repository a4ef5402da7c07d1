using System.Buffers.Text;

namespace Strato.Storage.Cache;

/// <summary>
/// The entries that a loss of power may have damaged: those whose change time lies in it. Each is read against its digest once, when it
/// is next opened, and leaves the window through its renewed stamp. Times are whole seconds since 1970; the end is exclusive.
/// </summary>
/// <param name="From">The first second.</param>
/// <param name="Until">The second after the last; 0 for an empty window.</param>
internal readonly record struct SuspectWindow(long From, long Until)
{
    public bool IsEmpty => From >= Until;

    public bool Contains(long changeTime) => changeTime >= From && changeTime < Until;

    /// <summary>Reads <c>FROM UNTIL</c> from the beginning of a text and tells how long it is; false where there is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out SuspectWindow window, out int consumed)
    {
        window = default;
        consumed = 0;
        if (!Utf8Parser.TryParse(text, out long from, out int first) || from < 0
            || text.Length <= first || text[first] != ' '
            || !Utf8Parser.TryParse(text[(first + 1)..], out long until, out int second) || until < 0)
        {
            return false;
        }

        window = new SuspectWindow(from, until);
        consumed = first + 1 + second;
        return true;
    }
}
