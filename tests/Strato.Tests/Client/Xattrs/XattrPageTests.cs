using System.Text;
using Strato.Client.Xattrs;

namespace Strato.Tests.Client.Xattrs;

public sealed class XattrPageTests
{
    [Theory]
    [InlineData("user.hash", "user.hash", 0, false)]
    [InlineData("user.chunk_list~2", "user.chunk_list", 2, false)]
    [InlineData("user.chunk_list~?", "user.chunk_list", XattrPage.Count, false)]
    [InlineData("user.chunk_list@1", "user.chunk_list", 1, true)]
    [InlineData("user.a~b@?", "user.a~b", XattrPage.Count, true)]
    public void Names_and_pages_are_told_apart(string text, string name, int page, bool forPeople)
    {
        Assert.True(XattrPage.TryParse(Encoding.ASCII.GetBytes(text), out XattrPage parsed));
        Assert.Equal(new XattrPage(name, page, forPeople), parsed);
    }

    [Theory]
    [InlineData("user.a~")]
    [InlineData("user.a~x")]
    [InlineData("user.a~-1")]
    [InlineData("user.a@99999999999")]
    public void What_is_no_page_is_refused(string text) => Assert.False(XattrPage.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Pages_are_selected_and_counted()
    {
        string[] pages = ["first", "second"];
        Assert.Equal("second"u8, new XattrPage("user.a", 1, false).Select(pages)!);
        Assert.Equal("num_pages, 2"u8, new XattrPage("user.a", XattrPage.Count, false).Select(pages)!);
        Assert.Null(new XattrPage("user.a", 2, false).Select(pages));
        Assert.Contains("second", Encoding.UTF8.GetString(new XattrPage("user.a", 1, true).Select(pages)!), StringComparison.Ordinal);
    }
}
