using System.Globalization;
using System.Text;

namespace Strato.Hosting.Metrics;

/// <summary>Labels as the text format writes them: <c>a="x",b="y"</c>, without the braces.</summary>
internal static class MetricLabels
{
    public static string Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        StringBuilder text = new();
        foreach ((string name, object? value) in tags)
        {
            Append(text, name, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        }

        return text.ToString();
    }

    /// <summary>Labels with one more.</summary>
    public static string With(string labels, string name, string value)
    {
        StringBuilder text = new(labels);
        Append(text, name, value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, string value)
    {
        if (text.Length > 0)
        {
            text.Append(',');
        }

        foreach (char letter in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        }

        text.Append("=\"").Append(value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(@"\n")).Append('"');
    }
}
