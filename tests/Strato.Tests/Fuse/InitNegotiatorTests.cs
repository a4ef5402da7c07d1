using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Tests.Fuse;

public sealed class InitNegotiatorTests
{
    private const int PageSize = 4096;

    [Fact]
    public void Both_words_of_flags_are_what_both_sides_want()
    {
        FuseInitIn offer = Offer(FuseInitFlags.InitExt | FuseInitFlags.HasResend | FuseInitFlags.MaxPages | FuseInitFlags.WritebackCache);

        Errno errno = Negotiate(offer, out FuseInitOut reply, out FuseNegotiation negotiated);

        Assert.Equal(Errno.None, errno);
        FuseInitFlags agreed = FuseInitFlags.InitExt | FuseInitFlags.HasResend | FuseInitFlags.MaxPages;
        Assert.Equal(agreed, negotiated.Flags);
        Assert.Equal((ulong)agreed, ((ulong)reply.FlagsHigh << 32) | reply.FlagsLow);
        Assert.True(negotiated.Has(FuseInitFlags.HasResend));
        Assert.Equal(FuseInitFlags.WritebackCache, negotiated.Offered & FuseInitFlags.WritebackCache);
    }

    [Fact]
    public void The_high_word_counts_only_with_its_flag()
    {
        FuseInitIn offer = Offer(FuseInitFlags.HasResend | FuseInitFlags.AsyncRead);

        Assert.Equal(Errno.None, Negotiate(offer, out FuseInitOut reply, out FuseNegotiation negotiated));

        Assert.Equal(FuseInitFlags.AsyncRead, negotiated.Flags);
        Assert.Equal(0U, reply.FlagsHigh);
    }

    [Theory]
    [InlineData(true, 256)]
    [InlineData(false, 32)]
    public void Requests_are_long_where_the_kernel_can(bool offered, int pages)
    {
        FuseInitIn offer = Offer(offered ? FuseInitFlags.MaxPages : FuseInitFlags.AsyncRead);

        Negotiate(offer, out FuseInitOut reply, out FuseNegotiation negotiated);

        Assert.Equal((uint)pages, negotiated.MaxPages);
        Assert.Equal(pages, reply.MaxPages);
        Assert.Equal(4096U, reply.MaxWrite);
        Assert.Equal(1U, reply.TimeGranularity);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Backing_files_may_not_stack(bool offered, uint depth)
    {
        FuseInitIn offer = Offer(offered ? FuseInitFlags.InitExt | FuseInitFlags.Passthrough : FuseInitFlags.InitExt);
        FuseConnectionOptions options = new() { Flags = FuseConnectionOptions.ReadOnlyFlags | FuseInitFlags.Passthrough };

        Assert.Equal(Errno.None, InitNegotiator.Negotiate(offer, options, PageSize, out FuseInitOut reply, out FuseNegotiation negotiated, out _));

        Assert.Equal(offered, negotiated.Has(FuseInitFlags.Passthrough));
        Assert.Equal(depth, reply.MaxStackDepth);
    }

    [Fact]
    public void Large_pages_make_fewer_of_them()
    {
        Errno errno = InitNegotiator.Negotiate(
            Offer(FuseInitFlags.MaxPages), new FuseConnectionOptions(), 65536, out _, out FuseNegotiation negotiated, out _);

        Assert.Equal(Errno.None, errno);
        Assert.Equal(16U, negotiated.MaxPages);
    }

    [Theory]
    [InlineData(7, 99, 45)]
    [InlineData(7, 45, 45)]
    [InlineData(7, 31, 31)]
    public void The_older_minor_version_is_spoken(uint major, uint minor, uint spoken)
    {
        FuseInitIn offer = Offer(FuseInitFlags.AsyncRead) with { Major = major, Minor = minor };

        Negotiate(offer, out FuseInitOut reply, out FuseNegotiation negotiated);

        Assert.Equal(spoken, reply.Minor);
        Assert.Equal(spoken, negotiated.Minor);
    }

    [Theory]
    [InlineData(6, 99)]
    [InlineData(7, 22)]
    public void A_kernel_that_is_too_old_is_refused(uint major, uint minor) =>
        Assert.Equal(Errno.EPROTO, Negotiate(Offer(FuseInitFlags.None) with { Major = major, Minor = minor }, out _, out _));

    [Fact]
    public void A_kernel_of_a_later_major_version_is_told_ours_and_asks_again()
    {
        FuseInitIn offer = Offer(FuseInitFlags.None) with { Major = 8, Minor = 0 };

        Errno errno = InitNegotiator.Negotiate(offer, new FuseConnectionOptions(), PageSize, out FuseInitOut reply, out _, out bool settled);

        Assert.Equal(Errno.None, errno);
        Assert.False(settled);
        Assert.Equal(7U, reply.Major);
    }

    private static FuseInitIn Offer(FuseInitFlags flags) => new()
    {
        Major = 7,
        Minor = 45,
        MaxReadahead = 128 * 1024,
        FlagsLow = (uint)flags,
        FlagsHigh = (uint)((ulong)flags >> 32),
    };

    private static Errno Negotiate(in FuseInitIn offer, out FuseInitOut reply, out FuseNegotiation negotiated) =>
        InitNegotiator.Negotiate(offer, new FuseConnectionOptions(), PageSize, out reply, out negotiated, out _);
}
