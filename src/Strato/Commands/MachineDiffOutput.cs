using System.Globalization;
using Strato.Core.Catalogs;
using Strato.Publishing.Differences;
using Strato.Publishing.Revisions;

namespace Strato.Commands;

/// <summary>
/// Prints differences in the lines of <c>cvmfs_server diff --machine-readable</c>: <c>A F /path +SIZE</c>, <c>R F /path -SIZE</c>, <c>M[SC] F /path</c>,
/// <c>S F DIFFERENCE</c>. Letters of kinds: F, S, D, and U for everything else.
/// </summary>
internal sealed class MachineDiffOutput(TextWriter output, bool hasHeader) : LineDiffOutput(output, hasHeader)
{
    protected override string Header(NamedRevision from, NamedRevision to) =>
        "# lines: A added, R removed, M modified, S statistics; modified: S size, M mode, T time, C content, L link target, O owner, others rare; kinds: F file, S symbolic link, D directory, N nested catalog, U other";

    protected override string Added(RevisionChange change, CatalogEntry after) => $"A {Kind(after)} {change.Path}{Size(after, '+')}";

    protected override string Removed(RevisionChange change, CatalogEntry before) => $"R {Kind(before)} {change.Path}{Size(before, '-')}";

    protected override string Modified(RevisionChange change, CatalogEntry before, CatalogEntry after) =>
        $"M[{string.Concat(Letters(change.Differences))}] {(before.Type == after.Type ? Kind(before) : Kind(before) + Kind(after))} {change.Path}";

    protected override string Growth(string kind, char letter, string change) => $"S {letter} {change}";

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
