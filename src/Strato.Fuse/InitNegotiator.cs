using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Fuse;

/// <summary>Answers INIT: what both sides can and want.</summary>
internal static class InitNegotiator
{
    public const uint Major = 7;

    /// <summary>The newest minor version whose structures Protocol/ describes.</summary>
    public const uint NewestMinor = 45;

    /// <summary>Before 7.23 the reply has another layout.</summary>
    public const uint OldestMinor = 23;

    private const int DefaultMaxPages = 32;

    /// <summary>Bytes of a write request; the least that the kernel takes, for nothing is ever written.</summary>
    private const uint MaxWrite = 4096;

    /// <summary>
    /// Backing files lie on file systems that do not stack themselves. The kernel stacks two levels, so an overlay above the mount still fits.
    /// </summary>
    private const uint PassthroughDepth = 1;

    /// <summary>
    /// Makes the reply and what it means. EPROTO for a kernel that is too old. For a kernel of a later major version <paramref name="settled"/> is
    /// false: the reply names ours, and INIT comes again.
    /// </summary>
    public static Errno Negotiate(
        in FuseInitIn offer, FuseConnectionOptions options, int pageSize, out FuseInitOut reply, out FuseNegotiation negotiated, out bool settled)
    {
        reply = default;
        negotiated = default;
        settled = false;
        if (offer.Major < Major || (offer.Major == Major && offer.Minor < OldestMinor))
        {
            return Errno.EPROTO;
        }

        reply.Major = Major;
        reply.Minor = NewestMinor;
        if (offer.Major > Major)
        {
            return Errno.None;
        }

        FuseInitFlags offered = (FuseInitFlags)offer.FlagsLow;
        if (offered.HasFlag(FuseInitFlags.InitExt))
        {
            offered |= (FuseInitFlags)((ulong)offer.FlagsHigh << 32);
        }

        FuseInitFlags agreed = offered & options.Flags;
        int pages = agreed.HasFlag(FuseInitFlags.MaxPages) ? Math.Max(1, options.MaxData / pageSize) : DefaultMaxPages;
        negotiated = new FuseNegotiation
        {
            Minor = Math.Min(offer.Minor, NewestMinor),
            MaxPages = (uint)Math.Min(pages, ushort.MaxValue),
            MaxReadahead = Math.Min(offer.MaxReadahead, (uint)options.MaxReadahead),
            MaxWrite = MaxWrite,
            Flags = agreed,
            Offered = offered,
        };
        reply.Minor = negotiated.Minor;
        reply.MaxReadahead = negotiated.MaxReadahead;
        reply.FlagsLow = (uint)agreed;
        reply.FlagsHigh = (uint)((ulong)agreed >> 32);
        reply.MaxBackground = (ushort)options.MaxBackground;
        reply.CongestionThreshold = (ushort)(options.MaxBackground * 3 / 4);
        reply.MaxWrite = MaxWrite;
        reply.TimeGranularity = 1;
        reply.MaxPages = (ushort)negotiated.MaxPages;
        reply.MaxStackDepth = agreed.HasFlag(FuseInitFlags.Passthrough) ? PassthroughDepth : 0;
        settled = true;
        return Errno.None;
    }
}
