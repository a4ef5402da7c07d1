using Strato.Core.Catalogs;
using Strato.Publishing.Differences;
using Strato.Publishing.Revisions;

namespace Strato.Commands;

/// <summary>Prints differences while they are found.</summary>
internal abstract class DiffOutput : IRevisionChanges
{
    private static readonly (EntryDifferences Difference, string Letter, string Word)[] Names =
    [
        (EntryDifferences.LinkCount, "I", "link-count"),
        (EntryDifferences.Size, "S", "size"),
        (EntryDifferences.Mode, "M", "mode"),
        (EntryDifferences.Owner, "O", "owner"),
        (EntryDifferences.Time, "T", "timestamp"),
        (EntryDifferences.Target, "L", "symlink-target"),
        (EntryDifferences.Content, "C", "content"),
        (EntryDifferences.HardlinkGroup, "G", "hardlink-group"),
        (EntryDifferences.NestedCatalog, "N", "nested-catalog"),
        (EntryDifferences.Chunked, "P", "chunked-file"),
        (EntryDifferences.ExtendedAttributes, "X", "xattrs"),
        (EntryDifferences.External, "E", "external-file"),
        (EntryDifferences.BindMountPoint, "B", "bind-mountpoint"),
        (EntryDifferences.Hidden, "H", "hidden"),
        (EntryDifferences.DirectIo, "D", "direct-io"),
    ];

    /// <summary>Leaves out what differs in its time alone.</summary>
    public bool IgnoresTime { get; set; }

    /// <inheritdoc/>
    public abstract void Begin(NamedRevision from, NamedRevision to);

    /// <inheritdoc/>
    public void Add(RevisionChange change)
    {
        EntryDifferences differences = IgnoresTime ? change.Differences & ~EntryDifferences.Time : change.Differences;
        if (change is { Before: not null, After: not null } && differences == EntryDifferences.None)
        {
            return;
        }

        Print(change with { Differences = differences });
    }

    /// <summary>Prints what comes after the last entry.</summary>
    public abstract void End(DifferenceCounts counts);

    /// <summary>Prints one entry.</summary>
    protected abstract void Print(RevisionChange change);

    /// <summary>The genuine tools' letters of differences; O, the owner, is not theirs.</summary>
    protected static IEnumerable<string> Letters(EntryDifferences differences) => Names.Where(name => differences.HasFlag(name.Difference)).Select(name => name.Letter);

    /// <summary>The same as words.</summary>
    protected static IEnumerable<string> Words(EntryDifferences differences) => Names.Where(name => differences.HasFlag(name.Difference)).Select(name => name.Word);

    /// <summary>A directory count without the second row that each nested catalog has of its first directory.</summary>
    protected static long Directories(CatalogCounts growth) => growth.Directories - growth.NestedCatalogs;
}
