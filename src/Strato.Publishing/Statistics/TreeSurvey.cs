using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Publishing.Traversal;

namespace Strato.Publishing.Statistics;

/// <summary>Counts the tree of one revision by its subtrees, and notes which of them need which objects. Safe on any thread.</summary>
internal sealed class TreeSurvey(SubtreeTable subtrees, ObjectLedger ledger, CatalogGaps gaps) : ICatalogVisitor
{
    public void Visit(CatalogReader catalog, CatalogPlace place)
    {
        CatalogGaps.RequirePlace(catalog, place);
        ledger.Add(new LedgerRecord(place.Name, catalog.PlainSize, LedgerPlace.OfSubtree(subtrees.NumberOf(place.Path))));
        if (place.Above is null)
        {
            subtrees.Add(SubtreeTable.Root, default(EntrySizes) with { Directories = 1 });
        }

        // Keys are made from paths, so that no two rows can lead to each other.
        Stack<RepositoryPath> directories = new([place.Path]);
        while (directories.TryPop(out RepositoryPath directory))
        {
            VisitDirectory(catalog, directory, directories);
        }
    }

    public void Fail(CatalogPlace place, StratoException error) => gaps.Add(place, error);

    private void VisitDirectory(CatalogReader catalog, RepositoryPath directory, Stack<RepositoryPath> directories)
    {
        int number = subtrees.NumberOf(directory);
        EntrySizes sizes = default;

        // The names of a hard link are in one directory.
        HashSet<uint> groups = [];
        foreach (CatalogRow row in catalog.EnumerateDirectory(directory.Key))
        {
            if (row.IsDirectory)
            {
                RepositoryPath path = directory.Append(row.Name);
                subtrees.Add(subtrees.NumberOf(path), default(EntrySizes) with { Directories = 1 });
                if (!row.IsNestedMountPoint && !row.IsBindMountPoint)
                {
                    directories.Push(path);
                }
            }
            else if (row.Type != FileType.Regular)
            {
                sizes += default(EntrySizes) with { Others = 1 };
            }
            else
            {
                bool isFirst = row.HardlinkGroup == 0 || groups.Add(row.HardlinkGroup);
                sizes += new EntrySizes(1, 0, 0, isFirst ? row.Size : 0, isFirst ? 0 : row.Size, isFirst && row.IsExternal ? row.Size : 0);
                AddObjects(catalog, row, number);
            }
        }

        subtrees.Add(number, sizes);
    }

    private void AddObjects(CatalogReader catalog, CatalogRow row, int number)
    {
        if (row.IsExternal)
        {
            return;
        }

        uint place = LedgerPlace.OfSubtree(number);
        ObjectHash hash = row.Hash;
        if (!hash.IsNull)
        {
            ledger.Add(new LedgerRecord(new ObjectName(hash, ObjectKind.File), row.Size, place));
        }

        if (row.IsChunked)
        {
            foreach (FileChunk chunk in catalog.EnumerateChunks(row.Key, hash.Algorithm))
            {
                ledger.Add(new LedgerRecord(new ObjectName(chunk.Hash, ObjectKind.Chunk), chunk.Size, place));
            }
        }
    }
}
