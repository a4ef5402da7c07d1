using System.Diagnostics.Metrics;
using System.Text;

namespace Strato.Hosting.Metrics;

/// <summary>
/// Names of the text format for instruments, by the rules of OpenTelemetry's compatibility with Prometheus: dots become underscores, the unit is
/// spelt at the end, and a counter ends in <c>_total</c>.
/// </summary>
internal static class MetricNames
{
    /// <summary>The name of an instrument's family.</summary>
    public static string Of(string name, string? unit, MetricKind kind)
    {
        StringBuilder text = new(name.Length + 16);
        foreach (char letter in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(letter) || letter == ':' ? letter : '_');
        }

        string suffix = unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",

            // A unit in braces only says what is counted.
            _ => "",
        };
        text.Append(suffix);
        return kind == MetricKind.Counter ? text.Append("_total").ToString() : text.ToString();
    }

    /// <summary>What an instrument is in the text format.</summary>
    public static MetricKind KindOf(Instrument instrument)
    {
        Type type = instrument.GetType();
        Type shape = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return shape == typeof(Counter<>) || shape == typeof(ObservableCounter<>) ? MetricKind.Counter
            : shape == typeof(Histogram<>) ? MetricKind.Histogram
            : MetricKind.Gauge;
    }
}
