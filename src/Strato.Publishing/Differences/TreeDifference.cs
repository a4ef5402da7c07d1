using System.Buffers;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Publishing.Revisions;

namespace Strato.Publishing.Differences;

/// <summary>
/// Walks two trees of catalogs side by side, one directory after the other. A nested catalog that is the same object in both is not opened. In memory are the
/// catalogs on the way down and the names of the directories that are still to be looked into. One thread.
/// </summary>
internal sealed class TreeDifference(CatalogShelf shelf, IRevisionChanges changes, CancellationToken cancellation)
{
    public long Added { get; private set; }

    public long Removed { get; private set; }

    public long Modified { get; private set; }

    /// <summary>Compares from the root down.</summary>
    public void Run(CatalogReader before, CatalogReader after)
    {
        RepositoryPath root = RepositoryPath.Root;
        if (!before.TryFind(root.Key, out CatalogRow beforeRoot) || !after.TryFind(root.Key, out CatalogRow afterRoot))
        {
            throw new CatalogException($"the catalogs {before.Description} and {after.Description} have no root directory both; run 'strato check'");
        }

        Compare(root, before, beforeRoot, after, afterRoot);
        Descend(root, before, after);
    }

    private void Descend(RepositoryPath path, CatalogReader? before, CatalogReader? after)
    {
        cancellation.ThrowIfCancellationRequested();
        foreach ((byte[] name, Sides sides) in Merge(path, before, after))
        {
            RepositoryPath child = path.Append(name);
            CatalogReader? beforeChild = sides.HasFlag(Sides.Before) ? before : null;
            CatalogReader? afterChild = sides.HasFlag(Sides.After) ? after : null;
            using CatalogReader? beforeNested = sides.HasFlag(Sides.BeforeNested) ? OpenNested(before!, child) : null;
            using CatalogReader? afterNested = sides.HasFlag(Sides.AfterNested) ? OpenNested(after!, child) : null;
            Descend(child, beforeNested ?? beforeChild, afterNested ?? afterChild);
        }
    }

    // Reports what differs in a directory, and returns the directories in it that may have differences below.
    private IEnumerable<(byte[] Name, Sides Sides)> Merge(RepositoryPath path, CatalogReader? before, CatalogReader? after)
    {
        ArrayBufferWriter<byte> below = new();
        DirectoryCursor left = new(before, path);
        DirectoryCursor right = new(after, path);
        left.MoveNext();
        right.MoveNext();
        while (left.HasRow || right.HasRow)
        {
            int order = !left.HasRow ? 1 : !right.HasRow ? -1 : left.Name.SequenceCompareTo(right.Name);
            RepositoryPath child = path.Append(order <= 0 ? left.Name : right.Name);
            Sides sides = Sides.None;
            if (order == 0)
            {
                Compare(child, before!, left.Row, after!, right.Row);
                sides = SidesOf(left.Row, Sides.Before, Sides.BeforeNested) | SidesOf(right.Row, Sides.After, Sides.AfterNested);
                sides = IsSameNested(child, sides, before!, after!) ? Sides.None : sides;
            }
            else if (order < 0)
            {
                Removed++;
                changes.Add(new RevisionChange(child, before!.ToEntry(left.Row), null, EntryDifferences.None));
                sides = SidesOf(left.Row, Sides.Before, Sides.BeforeNested);
            }
            else
            {
                Added++;
                changes.Add(new RevisionChange(child, null, after!.ToEntry(right.Row), EntryDifferences.None));
                sides = SidesOf(right.Row, Sides.After, Sides.AfterNested);
            }

            Remember(below, child.Name, sides);
            if (order <= 0)
            {
                left.MoveNext();
            }

            if (order >= 0)
            {
                right.MoveNext();
            }
        }

        return Remembered(below);
    }

    private void Compare(RepositoryPath path, CatalogReader before, CatalogRow beforeRow, CatalogReader after, CatalogRow afterRow)
    {
        EntryDifferences differences = EntryComparison.Compare(before, beforeRow, after, afterRow, path.Key);
        if (differences != EntryDifferences.None)
        {
            Modified++;
            changes.Add(new RevisionChange(path, before.ToEntry(beforeRow), after.ToEntry(afterRow), differences));
        }
    }

    // What is attached at a bind mount point is another revision, and has differences of its own.
    private static Sides SidesOf(CatalogRow row, Sides side, Sides nested) =>
        !row.IsDirectory || row.IsBindMountPoint ? Sides.None : row.IsNestedMountPoint ? side | nested : side;

    private static bool IsSameNested(RepositoryPath path, Sides sides, CatalogReader before, CatalogReader after) =>
        sides.HasFlag(Sides.BeforeNested | Sides.AfterNested)
        && before.TryFindNested(path.Bytes, out ObjectHash left, out _)
        && after.TryFindNested(path.Bytes, out ObjectHash right, out _)
        && left == right;

    private CatalogReader OpenNested(CatalogReader parent, RepositoryPath path) => parent.TryFindNested(path.Bytes, out ObjectHash hash, out long size)
        ? shelf.Open(new NestedCatalog(path, hash, size))
        : throw new CatalogException($"the catalog {parent.Description} has a mount point at {path} but refers to no catalog there; run 'strato check'");

    private static void Remember(ArrayBufferWriter<byte> below, ReadOnlySpan<byte> name, Sides sides)
    {
        if (sides != Sides.None)
        {
            below.Write([(byte)sides, (byte)name.Length]);
            below.Write(name);
        }
    }

    private static IEnumerable<(byte[] Name, Sides Sides)> Remembered(ArrayBufferWriter<byte> below)
    {
        for (int at = 0; at < below.WrittenCount;)
        {
            Sides sides = (Sides)below.WrittenSpan[at];
            int length = below.WrittenSpan[at + 1];
            yield return (below.WrittenSpan.Slice(at + 2, length).ToArray(), sides);
            at += 2 + length;
        }
    }

    [Flags]
    private enum Sides : byte
    {
        None = 0,
        Before = 1,
        After = 2,
        BeforeNested = 4,
        AfterNested = 8,
    }
}
