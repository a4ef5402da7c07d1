using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Strato.Benchmarks.Whole;

/// <summary>Writes what was measured, with the machine, as JSON and as Markdown.</summary>
internal static class ResultFiles
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Write(string directory, Machine machine, SampleTree tree, IReadOnlyList<Measurement> measurements)
    {
        Directory.CreateDirectory(directory);
        string date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string json = JsonSerializer.Serialize(
            new
            {
                date,
                machine,
                tree = new { tree.Files, tree.Bytes },
                measurements = measurements.Select(measurement => new
                {
                    measurement.Name,
                    measurement.Seconds,
                    measurement.Median,
                    measurement.Baseline,
                    Ratio = Ratio(measurement, measurements),
                    measurement.PeakMemory,
                }),
            },
            Indented);
        File.WriteAllText(Path.Combine(directory, "whole-commands.json"), json + "\n");
        File.WriteAllText(Path.Combine(directory, "whole-commands.md"), Table(date, machine, tree, measurements));
    }

    private static string Table(string date, Machine machine, SampleTree tree, IReadOnlyList<Measurement> measurements)
    {
        StringBuilder text = new();
        text.AppendLine("# Whole commands against native tools\n");
        text.AppendLine(CultureInfo.InvariantCulture, $"{date}; {machine.Processor}, {machine.Cores} cores, {machine.Memory}, {machine.Kernel}, .NET {machine.DotNet}, {machine.FileSystem}; load average before the start {machine.Load}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"One tree of {tree.Files:N0} files and {tree.Bytes / 1e6:F0} MB out of /usr/lib; all in one run, taking turns; medians. Made by `make bench`.\n");
        text.AppendLine("| what | seconds | compared with | ratio | peak memory |");
        text.AppendLine("| --- | ---: | --- | ---: | ---: |");
        foreach (Measurement measurement in measurements)
        {
            string ratio = Ratio(measurement, measurements) is { } number ? number.ToString("F2", CultureInfo.InvariantCulture) : "";
            string memory = measurement.PeakMemory is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F0} MB") : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"| {measurement.Name.Replace("|", "\\|", StringComparison.Ordinal)} | {measurement.Median:F3} | {measurement.Baseline?.Replace("|", "\\|", StringComparison.Ordinal)} | {ratio} | {memory} |");
        }

        return text.ToString();
    }

    private static double? Ratio(Measurement measurement, IReadOnlyList<Measurement> all) =>
        all.FirstOrDefault(other => other.Name == measurement.Baseline) is { } baseline ? measurement.Median / baseline.Median : null;
}
