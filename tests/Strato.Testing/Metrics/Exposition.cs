using System.Globalization;
using System.Text.RegularExpressions;

namespace Strato.Testing.Metrics;

/// <summary>
/// A page in Prometheus's text format 0.0.4, read as strictly as the format's description has it and as its linter would like it. What is wrong is a
/// <see cref="FormatException"/>.
/// </summary>
public sealed partial class Exposition
{
    private readonly Dictionary<string, string> types = new(StringComparer.Ordinal);
    private readonly HashSet<string> closed = new(StringComparer.Ordinal);
    private readonly HashSet<string> series = new(StringComparer.Ordinal);
    private readonly List<ExpositionSample> samples = [];
    private string? family;

    private Exposition()
    {
    }

    public IReadOnlyList<ExpositionSample> Samples => samples;

    /// <summary>The types by the families' names.</summary>
    public IReadOnlyDictionary<string, string> Types => types;

    /// <summary>Reads a page.</summary>
    public static Exposition Parse(string page)
    {
        Exposition read = new();
        if (!page.EndsWith('\n'))
        {
            throw new FormatException("the last line has no end");
        }

        foreach (string line in page[..^1].Split('\n'))
        {
            read.Take(line);
        }

        read.CheckHistograms();
        return read;
    }

    /// <summary>The only sample with a name and with labels.</summary>
    public double Value(string name, params (string Label, string Value)[] labels) =>
        samples.Single(sample => sample.Name == name && labels.All(label => sample.Has(label.Label, label.Value))).Value;

    private void Take(string line)
    {
        if (Help().Match(line) is { Success: true } help)
        {
            Open(help.Groups["name"].Value);
        }
        else if (TypeLine().Match(line) is { Success: true } type)
        {
            string name = type.Groups["name"].Value;
            if (name != family || !types.TryAdd(name, type.Groups["type"].Value))
            {
                throw new FormatException($"a type at the wrong place: {line}");
            }
        }
        else
        {
            Add(Sample().Match(line) is { Success: true } sample ? sample : throw new FormatException($"no line of the format: {line}"));
        }
    }

    private void Open(string name)
    {
        if (family is not null)
        {
            closed.Add(family);
        }

        family = closed.Contains(name) || name == family ? throw new FormatException($"{name} is told of twice") : name;
    }

    private void Add(Match match)
    {
        string name = match.Groups["name"].Value;
        string type = family is not null && types.TryGetValue(family, out string? known) ? known : throw new FormatException($"{name} has no type");
        bool isOfFamily = type == "histogram" ? name == $"{family}_bucket" || name == $"{family}_sum" || name == $"{family}_count" : name == family;
        if (!isOfFamily || (type == "counter") != name.EndsWith("_total", StringComparison.Ordinal))
        {
            throw new FormatException($"{name} is no sample of the {type} {family}");
        }

        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        foreach (Match label in Label().Matches(match.Groups["labels"].Value))
        {
            string value = label.Groups["value"].Value.Replace(@"\n", "\n", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal);
            if (!labels.TryAdd(label.Groups["name"].Value, value))
            {
                throw new FormatException($"{name} has a label twice: {match.Value}");
            }
        }

        double number = Number(match.Groups["value"].Value);
        if (!series.Add(name + "{" + string.Join(',', labels.OrderBy(label => label.Key, StringComparer.Ordinal)) + "}") || (type == "counter" && !(number >= 0)))
        {
            throw new FormatException($"told twice, or a counter below zero: {match.Value}");
        }

        samples.Add(new ExpositionSample(name, labels, number));
    }

    private void CheckHistograms()
    {
        foreach (string name in types.Where(type => type.Value == "histogram").Select(type => type.Key))
        {
            foreach (IGrouping<string, ExpositionSample> buckets in samples.Where(sample => sample.Name == name + "_bucket").GroupBy(Others))
            {
                double[] bounds = [.. buckets.Select(bucket => Number(bucket.Labels["le"]))];
                double[] counts = [.. buckets.Select(bucket => bucket.Value)];
                double count = samples.Single(sample => sample.Name == name + "_count" && Others(sample) == buckets.Key).Value;
                bool isGood = bounds.SequenceEqual(bounds.Order()) && counts.SequenceEqual(counts.Order()) && double.IsPositiveInfinity(bounds[^1]) && counts[^1] == count
                    && samples.Count(sample => sample.Name == name + "_sum" && Others(sample) == buckets.Key) == 1;
                if (!isGood)
                {
                    throw new FormatException($"the histogram {name}{{{buckets.Key}}} does not add up");
                }
            }
        }
    }

    private static string Others(ExpositionSample sample) =>
        string.Join(',', sample.Labels.Where(label => label.Key != "le").OrderBy(label => label.Key, StringComparer.Ordinal));

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(@"^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>([^\\]|\\\\|\\n)+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Help();

    [GeneratedRegex(@"^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$", RegexOptions.ExplicitCapture)]
    private static partial Regex TypeLine();

    [GeneratedRegex(
        @"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*=""([^""\\]|\\[\\n""])*""(,[a-zA-Z_][a-zA-Z0-9_]*=""([^""\\]|\\[\\n""])*"")*)\})? (?<value>[+-]?(Inf|NaN|[0-9.]+([eE][+-]?[0-9]+)?))$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Sample();

    [GeneratedRegex(@"(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=""(?<value>([^""\\]|\\[\\n""])*)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Label();
}
