using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Strato.Benchmarks.Whole;

/// <summary>Writes what was measured, with the machine, as JSON and as Markdown.</summary>
internal static class ResultFiles
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes the measurements of one sample tree.</summary>
    public static void Write(string directory, Machine machine, SampleTree tree, IReadOnlyList<Measurement> measurements) => Write(
        directory,
        "whole-commands",
        "Whole commands against native tools",
        string.Create(CultureInfo.InvariantCulture, $"One tree of {tree.Files:N0} files and {tree.Bytes / 1e6:F0} MB out of /usr/lib; all in one run, taking turns; medians. Made by `make bench`."),
        machine,
        measurements);

    /// <summary>Writes measurements to two files.</summary>
    /// <param name="directory">Where they go.</param>
    /// <param name="name">Their name without its ending.</param>
    /// <param name="title">The heading.</param>
    /// <param name="about">What was measured, as a paragraph.</param>
    /// <param name="machine">Where.</param>
    /// <param name="measurements">The numbers.</param>
    public static void Write(string directory, string name, string title, string about, Machine machine, IReadOnlyList<Measurement> measurements)
    {
        Directory.CreateDirectory(directory);
        string date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string json = JsonSerializer.Serialize(
            new
            {
                date,
                machine,
                about,
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
        File.WriteAllText(Path.Combine(directory, name + ".json"), json + "\n");
        File.WriteAllText(Path.Combine(directory, name + ".md"), Table(title, about, date, machine, measurements));
    }

    private static string Table(string title, string about, string date, Machine machine, IReadOnlyList<Measurement> measurements)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"# {title}\n");
        text.AppendLine(CultureInfo.InvariantCulture, $"{date}; {machine.Processor}, {machine.Cores} cores, {machine.Memory}, {machine.Kernel}, .NET {machine.DotNet}, {machine.FileSystem}; load average before the start {machine.Load}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"{about}\n");
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
