using System.Globalization;

namespace Strato.Quickstart;

/// <summary>Prints steps as a table, each when it is done.</summary>
internal static class QuickstartTable
{
    public static string Header { get; } = "step        seconds  what";

    public static string Row(QuickstartStep step) =>
        string.Create(CultureInfo.InvariantCulture, $"{step.Name,-10} {step.Seconds,8:F2}  {step.Detail}");
}
