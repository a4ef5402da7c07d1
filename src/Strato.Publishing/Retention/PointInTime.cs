using System.Globalization;
using Strato.Core;
using Strato.Core.Paths;

namespace Strato.Publishing.Retention;

/// <summary>
/// Reads times as people and <c>CVMFS_AUTO_TAG_TIMESPAN</c> write them, of the forms that date(1) knows: <c>30 days ago</c>, <c>1 year 6 months ago</c>, <c>yesterday</c>,
/// <c>2026-11-20</c>, <c>2026-11-20T09:01:26Z</c>, <c>@1700000000</c>; and ages in short: <c>30d</c>, <c>12h</c>, <c>6w</c>. Times without a zone are UTC.
/// </summary>
public static class PointInTime
{
    private static readonly string[] DateForms =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd HH:mm:ssK",
    ];

    /// <summary>Reads a time.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="now">What ages count back from.</param>
    /// <param name="source">Where it was written, for the message: an option or a setting.</param>
    /// <exception cref="StratoException">It is none.</exception>
    public static DateTimeOffset Parse(string text, DateTimeOffset now, string source) => TryParse(text, now, out DateTimeOffset time)
        ? time
        : throw new StratoException($"{source} '{BytesText.Escape(text)}' is no time; write an age such as '30 days ago' or 30d, or a date such as 2026-11-20");

    /// <summary>Reads a time; false where it is none.</summary>
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset time)
    {
        text = text.Trim();
        time = now;
        if (text.StartsWith('@') && long.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= 253_402_300_799)
        {
            time = DateTimeOffset.FromUnixTimeSeconds(seconds);
            return true;
        }

        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, utc, out time) || TryParseAge(text, now, out time);
    }

    private static bool TryParseAge(string text, DateTimeOffset now, out DateTimeOffset time)
    {
        time = now;
        switch (text.ToLowerInvariant())
        {
            case "now" or "today":
                return true;
            case "yesterday":
                time = now.AddDays(-1);
                return true;
            default:
                break;
        }

        string[] words = text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [var single])
        {
            return single.Length > 1 && TryGoBack(ref time, single[..^1], single[^1..]);
        }

        if (words.Length < 3 || words.Length % 2 == 0 || words[^1] != "ago")
        {
            return false;
        }

        for (int word = 0; word < words.Length - 1; word += 2)
        {
            if (!TryGoBack(ref time, words[word], words[word + 1]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryGoBack(ref DateTimeOffset time, string number, string unit)
    {
        const int most = 100_000;
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count > most)
        {
            return false;
        }

        try
        {
            DateTimeOffset? moved = (unit.Length > 2 ? unit.TrimEnd('s') : unit) switch
            {
                "s" or "sec" or "second" => time.AddSeconds(-count),
                "min" or "minute" => time.AddMinutes(-count),
                "h" or "hour" => time.AddHours(-count),
                "d" or "day" => time.AddDays(-count),
                "w" or "week" => time.AddDays(-7.0 * count),
                "fortnight" => time.AddDays(-14.0 * count),
                "month" => time.AddMonths(-count),
                "y" or "year" => time.AddYears(-count),
                _ => null,
            };
            time = moved ?? time;
            return moved is not null;
        }
        catch (ArgumentOutOfRangeException)
        {
            // Before the calendar begins: nothing is that old.
            time = DateTimeOffset.MinValue;
            return true;
        }
    }
}
