using FsCheck;
using FsCheck.Fluent;
using Strato.Core.Catalogs;

namespace Strato.Tests.Core.Catalogs;

public sealed class ExtendedAttributesTests
{
    [Fact]
    public void The_bytes_are_the_genuine_ones()
    {
        ExtendedAttributes attributes = ExtendedAttributes.Create([Attribute("user.b", "xy"), Attribute("user.a", string.Empty)]);
        byte[] expected = [1, 2, 6, 0, .. "user.a"u8, 6, 2, .. "user.b"u8, .. "xy"u8];
        Assert.Equal(expected, attributes.ToBlob());
        Assert.True(ExtendedAttributes.TryParse(expected, out ExtendedAttributes parsed));
        Assert.Equal(attributes, parsed);
        Assert.True(parsed.TryGetValue("user.b"u8, out ReadOnlyMemory<byte> value));
        Assert.Equal("xy"u8, value.Span);
        Assert.False(parsed.TryGetValue("user.c"u8, out _));
    }

    [Fact]
    public void No_attributes_are_no_bytes()
    {
        Assert.Empty(ExtendedAttributes.Empty.ToBlob());
        Assert.True(ExtendedAttributes.TryParse(default, out ExtendedAttributes parsed));
        Assert.Same(ExtendedAttributes.Empty, parsed);
        Assert.True(ExtendedAttributes.TryParse([1, 0], out parsed));
        Assert.Empty(parsed);
    }

    [Theory]
    [InlineData("01")]
    [InlineData("0200")]
    [InlineData("0101")]
    [InlineData("010101")]
    [InlineData("01010000")]
    [InlineData("0101000161")]
    [InlineData("01010100")]
    [InlineData("0101010061", false)]
    [InlineData("010102016162")]
    [InlineData("0101010000")]
    public void Bytes_that_are_none_are_refused(string hex, bool refused = true) =>
        Assert.Equal(!refused, ExtendedAttributes.TryParse(Convert.FromHexString(hex), out _));

    [Fact]
    public void Of_two_with_one_name_the_last_counts_and_what_follows_is_ignored()
    {
        byte[] blob = [1, 2, 1, 1, (byte)'a', 1, 1, 1, (byte)'a', 2, 99, 99];
        Assert.True(ExtendedAttributes.TryParse(blob, out ExtendedAttributes parsed));
        Assert.Equal([2], Assert.Single(parsed).Value.ToArray());
    }

    [Fact]
    public void What_the_format_cannot_keep_is_refused()
    {
        Assert.True(ExtendedAttributes.CanHold(new byte[] { 1 }, new byte[255]));
        Assert.False(ExtendedAttributes.CanHold(new byte[] { 1 }, new byte[256]));
        Assert.False(ExtendedAttributes.CanHold(Enumerable.Repeat((byte)1, 256).ToArray(), default));
        Assert.False(ExtendedAttributes.CanHold(default, default));
        Assert.False(ExtendedAttributes.CanHold("a\0b"u8, default));
        Assert.Throws<ArgumentException>(() => ExtendedAttributes.Create([new(default, default)]));
        Assert.Throws<ArgumentException>(() => ExtendedAttributes.Create(
            Enumerable.Range(0, 256).Select(number => Attribute($"user.{number}", "x"))));
    }

    [Fact]
    public void Whatever_can_be_held_survives() => Prop.ForAll(
        ArbMap.Default.ArbFor<(byte[] Name, byte[] Value)[]>(),
        pairs =>
        {
            ExtendedAttributes attributes = ExtendedAttributes.Create(
                pairs.Where(pair => pair.Name is not null && pair.Value is not null && ExtendedAttributes.CanHold(pair.Name, pair.Value))
                    .Select(pair => new ExtendedAttribute(pair.Name, pair.Value)));
            return ExtendedAttributes.TryParse(attributes.ToBlob(), out ExtendedAttributes parsed) && parsed.Equals(attributes);
        }).QuickCheckThrowOnFailure();

    private static ExtendedAttribute Attribute(string name, string value) =>
        new(System.Text.Encoding.UTF8.GetBytes(name), System.Text.Encoding.UTF8.GetBytes(value));
}
