using Strato.Publishing.Repositories;

namespace Strato.Tests.Publishing.Repositories;

/// <summary>Ages as people write them.</summary>
public sealed class AgeTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("90s", 90)]
    [InlineData("2m", 120)]
    [InlineData("1 minute ago", 60)]
    [InlineData("12h", 43_200)]
    [InlineData("3 days ago", 259_200)]
    [InlineData(" 3 days ", 259_200)]
    [InlineData("2w", 1_209_600)]
    [InlineData("1 month", 2_592_000)]
    [InlineData("1 year ago", 31_536_000)]
    public void Reads(string text, long seconds)
    {
        Assert.True(AgeText.TryParse(text, out TimeSpan age));
        Assert.Equal(seconds, age.TotalSeconds);
        Assert.True(AgeText.TryParse(AgeText.Format(age), out TimeSpan again));
        Assert.Equal(age, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("-3d")]
    [InlineData("d")]
    [InlineData("3 dayss")]
    [InlineData("3 fortnights")]
    [InlineData("99999999999999999999d")]
    [InlineData("9999999999999 years")]
    [InlineData("yesterday")]
    public void Refuses(string text) => Assert.False(AgeText.TryParse(text, out _));
}
