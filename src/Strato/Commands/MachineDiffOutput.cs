using System.Globalization;
using Strato.Core.Catalogs;
using Strato.Publishing.Differences;
using Strato.Publishing.Revisions;

namespace Strato.Commands;

/// <summary>
/// Prints differences in the lines of <c>cvmfs_server diff --machine-readable</c>: <c>A F /path +SIZE</c>, <c>R F /path -SIZE</c>, <c>M[SC] F /path</c>,
/// <c>S F DIFFERENCE</c>. Letters of kinds: F, S, D, and U for everything else.
/// </summary>
internal sealed class MachineDiffOutput(TextWriter output, bool hasHeader) : DiffOutput
{
    public override void Begin(NamedRevision from, NamedRevision to)
    {
        if (hasHeader)
        {
            output.WriteLine(
                "# lines: A added, R removed, M modified, S statistics; modified: S size, M mode, T time, C content, L link target, O owner, others rare; kinds: F file, S symbolic link, D directory, N nested catalog, U other");
        }
    }

    public override void End(DifferenceCounts counts)
    {
        CatalogCounts growth = counts.Growth;
        Line('F', growth.RegularFiles);
        Line('S', growth.SymbolicLinks);
        Line('D', Directories(growth));
        Line('N', growth.NestedCatalogs);

        void Line(char kind, long change) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"S {kind} {change}"));
    }

    protected override void Print(RevisionChange change) => output.WriteLine((change.Before, change.After) switch
    {
        (null, { } after) => $"A {Kind(after)} {change.Path}{Size(after, '+')}",
        ({ } before, null) => $"R {Kind(before)} {change.Path}{Size(before, '-')}",
        ({ } before, { } after) => $"M[{string.Concat(Letters(change.Differences))}] {(before.Type == after.Type ? Kind(before) : Kind(before) + Kind(after))} {change.Path}",
        _ => throw new ArgumentException("a change of nothing", nameof(change)),
    });

    private static string Kind(CatalogEntry entry) => entry.Type switch
    {
        FileType.Regular => "F",
        FileType.SymbolicLink => "S",
        FileType.Directory => "D",
        _ => "U",
    };

    private static string Size(CatalogEntry entry, char sign) =>
        entry.IsDirectory ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" {sign}{entry.StatSize}");
}
