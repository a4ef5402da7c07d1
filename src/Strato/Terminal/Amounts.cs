using System.Globalization;

namespace Strato.Terminal;

/// <summary>Writes numbers for people.</summary>
internal static class Amounts
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>Bytes with a decimal unit, such as <c>322.1 MB</c>.</summary>
    public static string Bytes(long count)
    {
        double value = count;
        int unit = 0;
        while (value >= 999.95 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return unit == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{count} B")
            : string.Create(CultureInfo.InvariantCulture, $"{value:F1} {Units[unit]}");
    }

    /// <summary>A number with its noun, such as <c>1 file</c> or <c>8,634 files</c>.</summary>
    public static string Count(long count, string noun) =>
        count == 1 ? $"1 {noun}" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(noun.EndsWith('y') ? noun[..^1] + "ies" : noun + "s")}");
}
