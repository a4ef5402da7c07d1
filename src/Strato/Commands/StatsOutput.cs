using System.Globalization;
using Strato.Core.Paths;
using Strato.Publishing.Statistics;
using Strato.Terminal;

namespace Strato.Commands;

/// <summary>The two forms in which <c>strato stats</c> prints.</summary>
internal static class StatsOutput
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>For programs.</summary>
    public static StatsReport Report(StatisticsOutcome outcome)
    {
        return new StatsReport(
            outcome.Repository,
            outcome.Revision,
            outcome.RootCatalog.ToString(),
            Content(outcome.Catalogs),
            [.. outcome.Subtrees.Select(Subtree)],
            [.. outcome.Revisions.Select(Revision)],
            outcome.MissingCatalogs,
            outcome.MissingObjects);

        StatsContent Content(ContentSizes sizes) => new(sizes.Objects, sizes.Plain, outcome.HasStoredSizes ? sizes.Stored : null);

        StatsSubtree Subtree(SubtreeSizes subtree) => new(
            subtree.Path.ToString(),
            subtree.Entries.Files,
            subtree.Entries.Directories,
            subtree.Entries.Others,
            subtree.Entries.Bytes,
            subtree.Entries.LinkedBytes,
            subtree.Entries.ExternalBytes,
            Content(subtree.Content),
            Content(subtree.Own));

        StatsRevision Revision(RevisionGrowth revision) => new(
            revision.Revision,
            Time(revision.Published),
            revision.RootCatalog.ToString(),
            revision.Tags,
            revision.Entries,
            revision.FileSize,
            Content(revision.NewContent),
            Content(revision.NewCatalogs));
    }

    /// <summary>For people.</summary>
    public static void Print(TextWriter output, StatisticsOutcome outcome)
    {
        SubtreeSizes root = outcome.Subtrees[0];
        output.WriteLine($"{outcome.Repository}, revision {outcome.Revision}:");
        Line("files", $"{Amounts.Count(root.Entries.Files, "file")} in {Amounts.Count(root.Entries.Directories, "directory")}, and {Amounts.Count(root.Entries.Others, "link")} or special");
        Line("raw", Amounts.Bytes(root.Entries.Bytes) + (root.Entries.LinkedBytes > 0 ? $", hard links once ({Amounts.Bytes(root.Entries.LinkedBytes)} more by name)" : string.Empty));
        if (root.Entries.ExternalBytes > 0)
        {
            Line("external", $"{Amounts.Bytes(root.Entries.ExternalBytes)} of it");
        }

        Line("deduplicated", $"{Amounts.Bytes(root.Content.Plain)} in {Amounts.Count(root.Content.Objects, "object")}");
        Line("compressed", Stored(root.Content));
        Line("catalogs", $"{Amounts.Count(outcome.Catalogs.Objects, "catalog")} of {Amounts.Bytes(outcome.Catalogs.Plain)}, compressed {Stored(outcome.Catalogs)}");
        if (outcome.Subtrees.Count > 1)
        {
            output.WriteLine();
            output.WriteLine($"{"raw",10} {"dedup.",10} {"compressed",10} {"own",10} {"files",10}  directory");
            foreach (SubtreeSizes subtree in outcome.Subtrees.Skip(1))
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Amounts.Bytes(subtree.Entries.Bytes),10} {Amounts.Bytes(subtree.Content.Plain),10} {Stored(subtree.Content),10} {Own(subtree.Own),10} {subtree.Entries.Files,10:N0}  {subtree.Path}"));
            }
        }

        if (outcome.Revisions.Count > 0)
        {
            output.WriteLine();
            output.WriteLine($"{"revision",8}  {"published",-20} {"entries",10} {"size",10} {"new",10} {"compressed",10} {"catalogs",10}  tags");
            foreach (RevisionGrowth revision in outcome.Revisions)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{revision.Revision,8}  {Time(revision.Published),-20} {revision.Entries,10:N0} {Amounts.Bytes(revision.FileSize),10} {Amounts.Bytes(revision.NewContent.Plain),10} {Stored(revision.NewContent),10} {Own(revision.NewCatalogs),10}  {string.Join(", ", revision.Tags.Select(BytesText.Escape))}").TrimEnd());
            }
        }

        void Line(string label, string value) => output.WriteLine($"  {label + ":",-14}{value}");

        string Stored(ContentSizes sizes) => outcome.HasStoredSizes ? Amounts.Bytes(sizes.Stored) : "-";

        string Own(ContentSizes sizes) => Amounts.Bytes(outcome.HasStoredSizes ? sizes.Stored : sizes.Plain);
    }

    private static string Time(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds())).UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
}
