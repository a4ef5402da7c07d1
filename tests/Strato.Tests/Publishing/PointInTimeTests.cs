using Strato.Core;
using Strato.Publishing.Retention;

namespace Strato.Tests.Publishing;

/// <summary>Times as date(1) would read them.</summary>
public sealed class PointInTimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("30 days ago", "2026-10-26T12:00:00")]
    [InlineData("1 day ago", "2026-11-24T12:00:00")]
    [InlineData("1 year 6 months ago", "2025-05-25T12:00:00")]
    [InlineData("2 WEEKS ago", "2026-11-11T12:00:00")]
    [InlineData("90 minutes ago", "2026-11-25T10:30:00")]
    [InlineData("yesterday", "2026-11-24T12:00:00")]
    [InlineData("7d", "2026-11-18T12:00:00")]
    [InlineData("12h", "2026-11-25T00:00:00")]
    [InlineData("6w", "2026-10-14T12:00:00")]
    [InlineData("2026-11-20", "2026-11-20T00:00:00")]
    [InlineData("2026-11-20T09:01:26Z", "2026-11-20T09:01:26")]
    [InlineData("2026-11-20 09:01", "2026-11-20T09:01:00")]
    [InlineData("2026-11-20T09:01:26+02:00", "2026-11-20T07:01:26")]
    [InlineData("@1700000000", "2023-11-14T22:13:20")]
    [InlineData("99999 years ago", "0001-01-01T00:00:00")]
    public void Times_are_read(string text, string expected)
    {
        Assert.True(PointInTime.TryParse(text, Now, out DateTimeOffset time));
        Assert.Equal(expected, time.UtcDateTime.ToString("s", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("30 days")]
    [InlineData("days ago")]
    [InlineData("-3 days ago")]
    [InlineData("3 lightyears ago")]
    [InlineData("d")]
    [InlineData("3x")]
    [InlineData("@")]
    [InlineData("2026-13-01")]
    public void What_is_no_time_is_refused(string text)
    {
        Assert.False(PointInTime.TryParse(text, Now, out _));
        Assert.Contains("--since", Assert.Throws<StratoException>(() => PointInTime.Parse(text, Now, "--since")).Message, StringComparison.Ordinal);
    }
}
