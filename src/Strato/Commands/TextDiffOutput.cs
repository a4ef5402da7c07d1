using System.Globalization;
using Strato.Core.Catalogs;
using Strato.Publishing.Differences;
using Strato.Publishing.Revisions;

namespace Strato.Commands;

/// <summary>Prints differences for people.</summary>
internal sealed class TextDiffOutput(TextWriter output, bool hasHeader) : LineDiffOutput(output, hasHeader)
{
    protected override string Header(NamedRevision from, NamedRevision to) => $"DELTA: {Describe(from)} --> {Describe(to)}";

    protected override string Added(RevisionChange change, CatalogEntry after) => $"{change.Path} add {Kind(after)}{Size(after, '+')}";

    protected override string Removed(RevisionChange change, CatalogEntry before) => $"{change.Path} remove {Kind(before)}{Size(before, '-')}";

    protected override string Modified(RevisionChange change, CatalogEntry before, CatalogEntry after) =>
        $"{change.Path} modify {Kinds(before, after)} [{string.Join(", ", Words(change.Differences))}]{Sizes(change.Differences, before, after)}";

    protected override string Growth(string kind, char letter, string change) => $"d(# {kind}): {change}";

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
