using System.Globalization;
using System.Text;
using Strato.Core.Paths;
using Strato.Posix;

namespace Strato.Testing.Trees;

/// <summary>Tells in what two listings differ.</summary>
public static class TreeComparison
{
    /// <summary>
    /// The differences for a person, one entry a line; empty where the trees are the same. A repository keeps hard links
    /// within a directory, so the link count that <paramref name="actual"/> reports must be the number of names in the entry's directory.
    /// </summary>
    /// <param name="expected">What should be.</param>
    /// <param name="actual">What is.</param>
    /// <param name="options">What to leave out.</param>
    /// <param name="most">How many entries are told before the rest is only counted.</param>
    public static string Differences(TreeListing expected, TreeListing actual, TreeComparisonOptions options, int most = 40)
    {
        Dictionary<RepositoryPath, TreeEntry> remaining = actual.Entries.ToDictionary(entry => entry.Path);
        List<string> lines = [];
        foreach (TreeEntry entry in expected.Entries)
        {
            bool compared = !(entry.Path.IsRoot && options.HasFlag(TreeComparisonOptions.WithoutRoot));
            if (!remaining.Remove(entry.Path, out TreeEntry? other))
            {
                lines.Add($"{entry.Path} is missing");
            }
            else if (compared && Compare(entry, other, options) is { Length: > 0 } difference)
            {
                lines.Add($"{entry.Path} {difference}");
            }
        }

        lines.AddRange(remaining.Keys.Where(path => !(IsMarker(path) && options.HasFlag(TreeComparisonOptions.WithoutAddedMarkers))).Select(path => $"{path} should not be there"));
        return Text(lines, most);
    }

    private static bool IsMarker(RepositoryPath path) =>
        path.Name.SequenceEqual(".cvmfscatalog"u8) || path.Name.SequenceEqual(".cvmfsautocatalog"u8);

    private static string Compare(TreeEntry expected, TreeEntry actual, TreeComparisonOptions options)
    {
        List<string> wanted = [.. expected.Describe(options)];
        List<string> found = [.. actual.Describe(options)];
        List<string> parts = [.. wanted.Except(found, StringComparer.Ordinal).Select(line => $"lacks [{line}]")];
        parts.AddRange(found.Except(wanted, StringComparer.Ordinal).Select(line => $"has [{line}]"));
        if (actual.Status.Type != FileType.Directory && actual.Status.LinkCount != actual.Links.Count)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"has link count {actual.Status.LinkCount} and {actual.Links.Count} names"));
        }

        return string.Join(", ", parts);
    }

    private static string Text(List<string> lines, int most)
    {
        StringBuilder text = new();
        foreach (string line in lines.Take(most))
        {
            text.AppendLine(line);
        }

        return lines.Count > most ? text.AppendLine(CultureInfo.InvariantCulture, $"and {lines.Count - most} more").ToString() : text.ToString();
    }
}
