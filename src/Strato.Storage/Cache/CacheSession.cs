using System.Buffers;
using System.Globalization;
using System.Text;

namespace Strato.Storage.Cache;

/// <summary>
/// The file <c>session</c>: what the next opening of a cache must know of this one. One line, <c>SUSPECT-FROM SUSPECT-UNTIL FROM
/// BOOT</c>: entries that an earlier boot changed in the window are in doubt; those changed since FROM may not be on the disk; BOOT is
/// the boot that writes, <c>-</c> once the cache was closed with everything on the disk.
/// </summary>
/// <param name="From">The earliest change that may not be on the disk, seconds since 1970.</param>
/// <param name="Suspects">The entries that an earlier boot left in doubt.</param>
/// <param name="BootId">The boot of the writers; null where the cache was closed cleanly.</param>
internal sealed record CacheSession(long From, SuspectWindow Suspects, string? BootId)
{
    /// <summary>More than any file holds.</summary>
    public const int MaximumLength = 256;

    private const string Closed = "-";

    private static readonly SearchValues<char> BootIdLetters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz-");

    /// <summary>The session that follows on this one when a boot opens the cache at some second.</summary>
    /// <param name="previous">What the file held; null where there was none or it was damaged.</param>
    /// <param name="bootId">The boot that runs now.</param>
    /// <param name="now">The present second.</param>
    /// <param name="hasEntries">Whether there was a cache at all: without a file its entries are all in doubt.</param>
    public static CacheSession Continue(CacheSession? previous, string bootId, long now, bool hasEntries)
    {
        // File times come from the kernel's coarse clock, which runs up to a tick behind.
        const long slack = 2;
        if (previous is null)
        {
            return new CacheSession(now - slack, hasEntries ? new SuspectWindow(0, now + 1) : default, bootId);
        }

        if (previous.BootId is null)
        {
            return new CacheSession(now - slack, previous.Suspects, bootId);
        }

        if (previous.BootId == bootId)
        {
            return previous;
        }

        // A clock that was set back tells nothing about when that boot began.
        long began = previous.From <= now ? previous.From : 0;
        long from = previous.Suspects.IsEmpty ? began : Math.Min(began, previous.Suspects.From);
        return new CacheSession(now - slack, new SuspectWindow(from, now + 1), bootId);
    }

    /// <summary>Reads the file's bytes; null for anything that is not what <see cref="Format"/> writes.</summary>
    public static CacheSession? TryParse(ReadOnlySpan<byte> text)
    {
        if (!SuspectWindow.TryParse(text, out SuspectWindow suspects, out int consumed))
        {
            return null;
        }

        string[] rest = Encoding.Latin1.GetString(text[consumed..]).TrimEnd('\n').Split(' ');
        if (rest.Length != 3 || rest[0].Length != 0 || rest[2].Length == 0 || rest[2].AsSpan().ContainsAnyExcept(BootIdLetters)
            || !long.TryParse(rest[1], NumberStyles.None, CultureInfo.InvariantCulture, out long from))
        {
            return null;
        }

        return new CacheSession(from, suspects, rest[2] == Closed ? null : rest[2]);
    }

    /// <summary>The file's bytes.</summary>
    public byte[] Format() => Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{Suspects.From} {Suspects.Until} {From} {BootId ?? Closed}\n"));
}
