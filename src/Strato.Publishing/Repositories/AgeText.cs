using System.Globalization;
using Strato.Core;

namespace Strato.Publishing.Repositories;

/// <summary>Ages as people and the genuine settings write them: <c>90m</c>, <c>12h</c>, <c>3d</c>, <c>2w</c>, <c>3 days ago</c>.</summary>
public static class AgeText
{
    /// <summary>What is allowed, for messages.</summary>
    public const string Rule = "write a number and a unit from seconds to years, such as 12h, 3d or '3 days ago'";

    private static readonly (string Name, char Letter, TimeSpan Length)[] Units =
    [
        ("year", 'y', TimeSpan.FromDays(365)),
        ("month", 'M', TimeSpan.FromDays(30)),
        ("week", 'w', TimeSpan.FromDays(7)),
        ("day", 'd', TimeSpan.FromDays(1)),
        ("hour", 'h', TimeSpan.FromHours(1)),
        ("minute", 'm', TimeSpan.FromMinutes(1)),
        ("second", 's', TimeSpan.FromSeconds(1)),
    ];

    /// <summary>Reads an age. A number without a unit is one only where it is 0.</summary>
    public static bool TryParse(string text, out TimeSpan age)
    {
        age = TimeSpan.Zero;
        string trimmed = text.Trim();
        trimmed = trimmed.EndsWith(" ago", StringComparison.Ordinal) ? trimmed[..^4].TrimEnd() : trimmed;
        int digits = trimmed.AsSpan().IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> unit = digits < 0 ? default : trimmed.AsSpan(digits).Trim();
        if (digits == 0 || !long.TryParse(digits < 0 ? trimmed : trimmed.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out long count))
        {
            return false;
        }

        if (unit.IsEmpty)
        {
            return count == 0;
        }

        foreach ((string name, char letter, TimeSpan length) in Units)
        {
            if ((unit.Length == 1 && unit[0] == letter) || unit.SequenceEqual(name) || (unit.Length == name.Length + 1 && unit.StartsWith(name) && unit[^1] == 's'))
            {
                bool fits = count <= TimeSpan.MaxValue.Ticks / length.Ticks;
                age = fits ? count * length : TimeSpan.Zero;
                return fits;
            }
        }

        return false;
    }

    /// <summary>Reads an age.</summary>
    /// <exception cref="StratoException">The text is none.</exception>
    public static TimeSpan Parse(string text) => TryParse(text, out TimeSpan age) ? age : throw new StratoException($"'{text}' is no age; {Rule}");

    /// <summary>Throws where a text is no age.</summary>
    /// <exception cref="StratoException">Says what is allowed.</exception>
    public static void Require(string text) => _ = Parse(text);

    /// <summary>Writes an age so that <see cref="TryParse"/> reads it, in the largest unit that divides it.</summary>
    public static string Format(TimeSpan age)
    {
        (string name, _, TimeSpan length) = Units.First(unit => unit.Name is not ("year" or "month" or "week") && (age.Ticks % unit.Length.Ticks == 0 || unit.Letter == 's'));
        long count = age.Ticks / length.Ticks;
        return string.Create(CultureInfo.InvariantCulture, $"{count} {name}{(count == 1 ? string.Empty : "s")}");
    }
}
