using System.Text;
using Strato.Client.Attachments;

namespace Strato.Tests.Client.Attachments;

public sealed class AttachableNameTests
{
    [Theory]
    [InlineData("atlas.cern.ch", true)]
    [InlineData("a.b", true)]
    [InlineData("1-2_3.example", true)]
    [InlineData("autorun.info", true)]
    [InlineData("", false)]
    [InlineData("nodot", false)]
    [InlineData(".hidden.org", false)]
    [InlineData("-a.b", false)]
    [InlineData("a.b.", false)]
    [InlineData("a..b", false)]
    [InlineData("a/b.c", false)]
    [InlineData("a b.c", false)]
    [InlineData("autorun.inf", false)]
    [InlineData("Thumbs.DB", false)]
    public void Only_names_that_autofs_would_let_through_can_be_repositories(string name, bool expected) =>
        Assert.Equal(expected, AttachableName.IsRepository(name));

    [Fact]
    public void Bytes_that_are_not_ascii_and_names_that_are_too_long_are_none()
    {
        Span<char> buffer = stackalloc char[255];
        Assert.False(AttachableName.TryDecode([0xC3, 0xBC], buffer, out _));
        Assert.True(AttachableName.TryDecode("a.b"u8, buffer, out ReadOnlySpan<char> text));
        Assert.Equal("a.b", text);
        Assert.True(AttachableName.IsRepository(new string('a', 238) + ".b"));
        Assert.False(AttachableName.IsRepository(new string('a', 239) + ".b"));
    }

    [Fact]
    public void Cookies_follow_from_names_alone_and_leave_room_for_the_dots()
    {
        AttachmentPlace[] places = [.. Enumerable.Range(0, 1000).Select(number => new AttachmentPlace($"r{number}.test.org", AttachmentIdentity.OfDefault("x.y"), []))];
        ListedPlace[] all = ListedPlace.Sort(places, new HashSet<string>());
        ListedPlace[] some = ListedPlace.Sort(places.Where((_, index) => index % 3 == 0), new HashSet<string>());

        Assert.Equal(1000, all.Select(listed => listed.Cookie).Distinct().Count());
        Assert.All(all, listed => Assert.InRange(listed.Cookie, ListedPlace.FirstCookie, (ulong)long.MaxValue));
        Assert.Equal(all.Select(listed => listed.Cookie).Order(), all.Select(listed => listed.Cookie));
        Assert.All(some, listed => Assert.Contains(listed.Cookie, all.Where(other => other.Place == listed.Place).Select(other => other.Cookie)));
        Assert.Equal("r0.test.org", Encoding.ASCII.GetString(all.Single(listed => listed.Place == places[0]).Name));
    }
}
