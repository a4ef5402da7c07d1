using System.Globalization;
using Strato.Core.Catalogs;
using Strato.Publishing.Differences;
using Strato.Publishing.Revisions;

namespace Strato.Commands;

/// <summary>Prints differences for people.</summary>
internal sealed class TextDiffOutput(TextWriter output, bool hasHeader) : DiffOutput
{
    public override void Begin(NamedRevision from, NamedRevision to)
    {
        if (hasHeader)
        {
            output.WriteLine($"DELTA: {Describe(from)} --> {Describe(to)}");
        }
    }

    public override void End(DifferenceCounts counts)
    {
        CatalogCounts growth = counts.Growth;
        Line("regular files", growth.RegularFiles);
        Line("symlinks", growth.SymbolicLinks);
        Line("directories", Directories(growth));
        Line("catalogs", growth.NestedCatalogs);

        void Line(string kind, long change) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"d(# {kind}): {change}"));
    }

    protected override void Print(RevisionChange change) => output.WriteLine((change.Before, change.After) switch
    {
        (null, { } after) => $"{change.Path} add {Kind(after)}{Size(after, '+')}",
        ({ } before, null) => $"{change.Path} remove {Kind(before)}{Size(before, '-')}",
        ({ } before, { } after) => $"{change.Path} modify {Kinds(before, after)} [{string.Join(", ", Words(change.Differences))}]{Sizes(change.Differences, before, after)}",
        _ => throw new ArgumentException("a change of nothing", nameof(change)),
    });

    private static string Describe(NamedRevision revision) => string.Create(
        CultureInfo.InvariantCulture, $"{revision.Name}/r{revision.Revision} ({DateTimeOffset.FromUnixTimeSeconds(revision.Timestamp):yyyy-MM-dd'T'HH:mm:ss'Z'})");

    private static string Kinds(CatalogEntry before, CatalogEntry after) =>
        before.Type == after.Type ? Kind(before) : $"{Kind(before)}->{Kind(after)}";

    private static string Kind(CatalogEntry entry) => entry.Type switch
    {
        FileType.Regular => "file",
        FileType.SymbolicLink => "symlink",
        FileType.Directory => "directory",
        FileType.CharacterDevice => "character device",
        FileType.BlockDevice => "block device",
        FileType.Fifo => "FIFO",
        _ => "socket",
    };

    private static string Size(CatalogEntry entry, char sign) =>
        entry.IsRegularFile ? string.Create(CultureInfo.InvariantCulture, $" {sign}{entry.Size} bytes") : string.Empty;

    private static string Sizes(EntryDifferences differences, CatalogEntry before, CatalogEntry after) =>
        differences.HasFlag(EntryDifferences.Size) && before.IsRegularFile && after.IsRegularFile
            ? string.Create(CultureInfo.InvariantCulture, $" {before.Size} -> {after.Size} bytes")
            : string.Empty;
}
