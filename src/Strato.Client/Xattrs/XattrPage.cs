using System.Globalization;
using System.Text;

namespace Strato.Client.Xattrs;

/// <summary>
/// What is asked of an attribute: <c>NAME</c> for its first page, <c>NAME~N</c> for page N, <c>NAME~?</c> for how many there are. With
/// <c>@</c> instead of <c>~</c> the answer is for people and says how to get the other pages. Values longer than the kernel passes on come in pages.
/// </summary>
/// <param name="Name">The attribute's name.</param>
/// <param name="Page">The page; -1 asks for their number.</param>
/// <param name="IsForPeople">The form with <c>@</c>.</param>
internal readonly record struct XattrPage(string Name, int Page, bool IsForPeople)
{
    /// <summary>Asks for the number of pages.</summary>
    public const int Count = -1;

    /// <summary>Reads what the caller gave as the attribute's name. False where there is something behind the mark that is no page.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out XattrPage page)
    {
        bool forPeople = text.Contains((byte)'@');
        byte mark = (byte)(forPeople ? '@' : '~');
        int first = text.IndexOf(mark);
        if (first < 0)
        {
            page = new XattrPage(Encoding.Latin1.GetString(text), 0, IsForPeople: false);
            return true;
        }

        ReadOnlySpan<byte> token = text[(text.LastIndexOf(mark) + 1)..];
        int number = Count;
        bool isPage = token.SequenceEqual("?"u8) || int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        page = new XattrPage(Encoding.Latin1.GetString(text[..first]), number, forPeople);
        return isPage;
    }

    /// <summary>The value to answer, in UTF-8; null where there is no such page.</summary>
    public byte[]? Select(IReadOnlyList<string> pages)
    {
        if (IsForPeople)
        {
            string others = string.Create(
                CultureInfo.InvariantCulture, $"{Name}@N shows page N of {pages.Count}, counted from 0; {Name}~N gives it alone");
            return Encoding.UTF8.GetBytes(
                Page == Count ? others
                : Page < pages.Count ? string.Create(CultureInfo.InvariantCulture, $"# page {Page}; {others}\n{pages[Page]}")
                : string.Create(CultureInfo.InvariantCulture, $"there is no page {Page}; {others}"));
        }

        return Page == Count ? Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"num_pages, {pages.Count}"))
            : Page < pages.Count ? Encoding.UTF8.GetBytes(pages[Page])
            : null;
    }
}
