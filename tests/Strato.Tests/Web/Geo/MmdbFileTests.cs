using System.Net;
using Strato.Core;
using Strato.Web.Geo;

namespace Strato.Tests.Web.Geo;

public sealed class MmdbFileTests
{
    [Theory]
    [InlineData(24)]
    [InlineData(28)]
    [InlineData(32)]
    public void Addresses_of_both_kinds_are_found(int recordSize)
    {
        MmdbFile file = MmdbFile.Parse(
            new MmdbBuilder(recordSize).Add("192.0.2.0/24", 46.2324, 6.0502).Add("2001:db8:1::/48", -33.5, 151.25).AddPointing("198.51.100.128/25", 41.7768, -88.4604).Build(), "test");

        Assert.Equal(new GeoPoint(46.2324, 6.0502), file.Find(IPAddress.Parse("192.0.2.77")));
        Assert.Equal(new GeoPoint(46.2324, 6.0502), file.Find(IPAddress.Parse("::ffff:192.0.2.77")));
        Assert.Equal(new GeoPoint(-33.5, 151.25), file.Find(IPAddress.Parse("2001:db8:1:2::3")));
        Assert.Equal(new GeoPoint(41.7768, -88.4604), file.Find(IPAddress.Parse("198.51.100.200")));
        Assert.Null(file.Find(IPAddress.Parse("198.51.100.1")));
        Assert.Null(file.Find(IPAddress.Parse("2001:db8:2::1")));
        Assert.Null(file.Find(IPAddress.Parse("203.0.113.1")));
    }

    [Fact]
    public void A_database_of_IPv4_alone_knows_no_other()
    {
        MmdbFile file = MmdbFile.Parse(new MmdbBuilder(addresses: 4).Add("192.0.2.0/24", 1, 2).Build(), "test");
        Assert.Equal(new GeoPoint(1, 2), file.Find(IPAddress.Parse("192.0.2.1")));
        Assert.Null(file.Find(IPAddress.Parse("2001:db8::1")));
    }

    [Fact]
    public void What_is_none_is_refused()
    {
        Assert.Contains("no metadata", Assert.Throws<StratoException>(() => MmdbFile.Parse("<html>"u8.ToArray(), "file")).Message, StringComparison.Ordinal);
        byte[] whole = new MmdbBuilder().Add("192.0.2.0/24", 1, 2).Build();
        Assert.Throws<StratoException>(() => MmdbFile.Parse(whole.AsMemory(whole.Length / 2), "file"));
    }

    [Fact]
    public void Damage_anywhere_is_no_place_or_a_refusal_and_never_a_crash()
    {
        byte[] whole = new MmdbBuilder().Add("192.0.2.0/24", 46, 6).AddPointing("2001:db8::/32", 41, -88).Build();
        for (int place = 0; place < whole.Length; place++)
        {
            foreach (byte value in (byte[])[0x00, 0xff, 0x3f, (byte)(whole[place] ^ 0x20)])
            {
                byte[] damaged = [.. whole];
                damaged[place] = value;
                try
                {
                    MmdbFile file = MmdbFile.Parse(damaged, "file");
                    _ = file.Find(IPAddress.Parse("192.0.2.1"));
                    _ = file.Find(IPAddress.Parse("2001:db8::1"));
                }
                catch (StratoException)
                {
                    // A refusal is as good an answer.
                }
            }
        }
    }
}
