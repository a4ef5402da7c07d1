using System.Text;
using Strato.Publishing.Replication;

namespace Strato.Tests.Publishing.Replication;

public sealed class StatusDocumentTests
{
    [Theory]
    [InlineData(2026, 11, 25, "Wed Nov 25 07:05:09 UTC 2026")]
    [InlineData(2026, 3, 1, "Sun Mar  1 07:05:09 UTC 2026")]
    public void Times_look_as_date_prints_them(int year, int month, int day, string text)
    {
        DateTimeOffset time = new(year, month, day, 7, 5, 9, TimeSpan.Zero);
        Assert.Equal(text, StatusDocument.Time(time));
        Assert.Equal(time, StatusDocument.ParseTime(text + "\n"));
    }

    [Theory]
    [InlineData("Wed Nov 25 07:05:09 PM UTC 2026", 19)]
    [InlineData("Wed 25 Nov 2026 07:05:09 AM UTC", 7)]
    public void Times_that_date_prints_in_other_locales_are_read(string text, int hour) =>
        Assert.Equal(new DateTimeOffset(2026, 11, 25, hour, 5, 9, TimeSpan.Zero), StatusDocument.ParseTime(text));

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("Wed Nov 25 07:05:09 UTC 20261")]
    public void Others_are_none(string text) => Assert.Null(StatusDocument.ParseTime(text));

    [Fact]
    public void Setting_a_member_leaves_the_others()
    {
        byte[] first = StatusDocument.Merge(default, "last_snapshot", "now");
        byte[] second = StatusDocument.Merge(first, "last_gc", "later");
        byte[] third = StatusDocument.Merge(second, "last_snapshot", "then");
        Assert.Equal("{\n  \"last_gc\": \"later\",\n  \"last_snapshot\": \"then\"\n}\n", Encoding.UTF8.GetString(third));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"a\":")]
    [InlineData("nothing")]
    public void A_document_that_is_none_is_begun_anew(string text) =>
        Assert.Equal("{\n  \"last_gc\": \"x\"\n}\n", Encoding.UTF8.GetString(StatusDocument.Merge(Encoding.UTF8.GetBytes(text), "last_gc", "x")));
}
