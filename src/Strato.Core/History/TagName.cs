using System.Globalization;
using System.Text.RegularExpressions;
using Strato.Core.Paths;

namespace Strato.Core.History;

/// <summary>The names of tags.</summary>
public static partial class TagName
{
    /// <summary>The tag that publishing moves to each new revision.</summary>
    public const string Trunk = "trunk";

    /// <summary>Where <see cref="Trunk"/> was before: what a rollback without a name goes back to.</summary>
    public const string TrunkPrevious = "trunk-previous";

    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 255;

    /// <summary>True for what may be chosen: letters, digits and <c>-_./:</c>, and not one of the two that publishing manages.</summary>
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        foreach (char letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && !"-_./:".Contains(letter))
            {
                return false;
            }
        }

        return name.Length is > 0 and <= MaxLength && !IsManaged(name);
    }

    /// <summary>True for the tags that publishing itself sets.</summary>
    public static bool IsManaged(ReadOnlySpan<char> name) => name is Trunk or TrunkPrevious;

    /// <summary>Throws where a person chose a name that cannot be used.</summary>
    /// <exception cref="StratoException">Says what is allowed.</exception>
    public static void Require(string name)
    {
        if (IsManaged(name))
        {
            throw new StratoException($"cannot use the tag name {name}: publishing sets it itself; choose another");
        }

        if (!IsValid(name))
        {
            throw new StratoException($"cannot use the tag name '{BytesText.Escape(name)}': 1 to {MaxLength} letters, digits and - _ . / : are allowed");
        }
    }

    /// <summary>
    /// The name that a publish without one gives where automatic tags are on: <c>generic-2026-11-20T09:01:26Z</c>, or
    /// <c>generic_1-…</c> and so on where that is taken.
    /// </summary>
    public static string Automatic(DateTimeOffset now, Func<string, bool> isTaken)
    {
        string time = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string name = $"generic-{time}";
        for (int number = 1; isTaken(name); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"generic_{number}-{time}");
        }

        return name;
    }

    /// <summary>True for the names that <see cref="Automatic"/> and the genuine tools give: only these are removed when they grow old.</summary>
    public static bool IsAutomatic(string name) => AutomaticName().IsMatch(name);

    [GeneratedRegex(@"^generic(_[0-9]+)?-[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?Z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AutomaticName();
}
