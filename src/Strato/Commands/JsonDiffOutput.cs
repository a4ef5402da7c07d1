using System.Text.Json;
using System.Text.Json.Serialization;
using Strato.Core.Catalogs;
using Strato.Publishing.Differences;
using Strato.Publishing.Revisions;

namespace Strato.Commands;

/// <summary>Prints differences as one JSON document with a line for each, so that neither side need hold it whole.</summary>
internal sealed partial class JsonDiffOutput(TextWriter output, string repository) : DiffOutput
{
    private bool hasChanges;

    public override void Begin(NamedRevision from, NamedRevision to)
    {
        output.WriteLine($"{{\"name\":{Text(repository)},");
        output.WriteLine($"\"from\":{Revision(from)},");
        output.WriteLine($"\"to\":{Revision(to)},");
        output.Write("\"changes\":[");
    }

    public override void End(DifferenceCounts counts)
    {
        CatalogCounts growth = counts.Growth;
        DiffSummary summary = new(
            counts.Added, counts.Removed, counts.Modified, counts.Catalogs,
            growth.RegularFiles, growth.SymbolicLinks, growth.SpecialFiles, Directories(growth), growth.NestedCatalogs, growth.FileSize);
        output.WriteLine();
        output.WriteLine("],");
        output.WriteLine($"\"summary\":{JsonSerializer.Serialize(summary, DiffJson.Default.DiffSummary)}}}");
    }

    protected override void Print(RevisionChange change)
    {
        output.WriteLine(hasChanges ? "," : string.Empty);
        hasChanges = true;
        DiffLine line = new(
            change.Path.ToString(),
            change.Before is null ? "added" : change.After is null ? "removed" : "modified",
            change is { Before: not null, After: not null } ? [.. Words(change.Differences)] : null,
            Side(change.Before),
            Side(change.After));
        output.Write(JsonSerializer.Serialize(line, DiffJson.Default.DiffLine));
    }

    private static string Text(string value) => JsonSerializer.Serialize(value, DiffJson.Default.String);

    private static string Revision(NamedRevision revision) => JsonSerializer.Serialize(
        new DiffRevision(revision.Name, revision.Revision, revision.Timestamp, revision.RootCatalog.ToString()), DiffJson.Default.DiffRevision);

    private static DiffSide? Side(CatalogEntry? entry) => entry is null ? null : new DiffSide(
        entry.Type switch
        {
            FileType.Regular => "file",
            FileType.SymbolicLink => "symlink",
            FileType.Directory => "directory",
            FileType.CharacterDevice => "character-device",
            FileType.BlockDevice => "block-device",
            FileType.Fifo => "fifo",
            _ => "socket",
        },
        entry.IsRegularFile ? entry.Size : null,
        entry.Hash.IsNull ? null : entry.Hash.ToString(),
        entry.IsSymbolicLink ? Core.Paths.BytesText.Escape(entry.Symlink) : null,
        entry.Mode & 0xfff,
        entry.Uid,
        entry.Gid,
        entry.Mtime,
        entry.IsChunked,
        entry.IsNestedMountPoint);

    private sealed record DiffRevision(string Name, ulong Revision, long Timestamp, string RootCatalog);

    private sealed record DiffLine(string Path, string Change, string[]? Differences, DiffSide? Before, DiffSide? After);

    private sealed record DiffSide(
        string Kind, long? Size, string? Hash, string? Target, uint Permissions, uint Uid, uint Gid, long Mtime, bool Chunked, bool NestedCatalog);

    private sealed record DiffSummary(
        long Added, long Removed, long Modified, long CatalogsRead, long RegularFiles, long SymbolicLinks, long SpecialFiles, long Directories, long NestedCatalogs, long FileSize);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(string))]
    [JsonSerializable(typeof(DiffRevision))]
    [JsonSerializable(typeof(DiffLine))]
    [JsonSerializable(typeof(DiffSummary))]
    private sealed partial class DiffJson : JsonSerializerContext;
}
