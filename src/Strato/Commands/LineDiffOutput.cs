using System.Globalization;
using Strato.Core.Catalogs;
using Strato.Publishing.Differences;
using Strato.Publishing.Revisions;

namespace Strato.Commands;

/// <summary>Prints differences as lines: a header where it is wanted, a line an entry, and what the revision has grown by.</summary>
internal abstract class LineDiffOutput(TextWriter output, bool hasHeader) : DiffOutput
{
    public override void Begin(NamedRevision from, NamedRevision to)
    {
        if (hasHeader)
        {
            output.WriteLine(Header(from, to));
        }
    }

    public override void End(DifferenceCounts counts)
    {
        CatalogCounts growth = counts.Growth;
        Count("regular files", 'F', growth.RegularFiles);
        Count("symlinks", 'S', growth.SymbolicLinks);
        Count("directories", 'D', Directories(growth));
        Count("catalogs", 'N', growth.NestedCatalogs);

        void Count(string kind, char letter, long change) => output.WriteLine(Growth(kind, letter, change.ToString(CultureInfo.InvariantCulture)));
    }

    protected override void Print(RevisionChange change) => output.WriteLine((change.Before, change.After) switch
    {
        (null, { } after) => Added(change, after),
        ({ } before, null) => Removed(change, before),
        ({ } before, { } after) => Modified(change, before, after),
        _ => throw new ArgumentException("a change of nothing", nameof(change)),
    });

    protected abstract string Header(NamedRevision from, NamedRevision to);

    protected abstract string Added(RevisionChange change, CatalogEntry after);

    protected abstract string Removed(RevisionChange change, CatalogEntry before);

    protected abstract string Modified(RevisionChange change, CatalogEntry before, CatalogEntry after);

    /// <summary>By how many entries of a kind there are more or less.</summary>
    protected abstract string Growth(string kind, char letter, string change);
}
