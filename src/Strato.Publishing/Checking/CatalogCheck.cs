using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Publishing.Merging;

namespace Strato.Publishing.Checking;

/// <summary>
/// Checks one catalog against itself: keys, link counts, hard-link groups, chunks, markers, references, counters. It goes through the directories
/// from the root down, so that whatever it does not come by is a dangling row. One thread.
/// </summary>
internal sealed class CatalogCheck
{
    private readonly CatalogReader catalog;
    private readonly RepositoryPath root;
    private readonly ProblemReport problems;
    private readonly ObjectChecks objects;
    private readonly Dictionary<RepositoryPath, NestedCatalog> references;
    private readonly Dictionary<RepositoryPath, NestedCatalog> attached;
    private readonly Dictionary<uint, LinkGroup> groups = [];
    private byte[] scratch = new byte[4096];
    private CatalogCounts counts;
    private bool hasMarker;

    public CatalogCheck(CatalogReader catalog, RepositoryPath root, ProblemReport problems, ObjectChecks objects)
    {
        this.catalog = catalog;
        this.root = root;
        this.problems = problems;
        this.objects = objects;
        references = catalog.NestedCatalogs.ToDictionary(reference => reference.Path);
        attached = catalog.BindMountPoints.ToDictionary(reference => reference.Path);
    }

    /// <summary>Mount points of nested catalogs that were come by, with their entries.</summary>
    public List<(NestedCatalog Reference, CatalogEntry MountPoint)> Nested { get; } = [];

    /// <summary>Checks everything and returns what the catalog itself counts.</summary>
    /// <param name="mountPoint">The root directory's entry in the catalog above; null for a root catalog.</param>
    public CatalogCounts Run(CatalogEntry? mountPoint)
    {
        if (catalog.Properties.RootPrefix != root)
        {
            Report(root, $"the catalog says that it belongs at {catalog.Properties.RootPrefix}");
        }

        if (!catalog.TryLookup(root.Key, out CatalogEntry? entry) || !entry.IsDirectory)
        {
            Report(root, "the catalog has no root directory");
            return default;
        }

        CheckRoot(entry, mountPoint);
        counts = entry.Counts;
        Visit(entry);
        if (!root.IsRoot && !hasMarker)
        {
            Report(root, "the nested catalog has no .cvmfscatalog");
        }

        HashSet<RepositoryPath> found = [.. Nested.Select(nested => nested.Reference.Path)];
        foreach (NestedCatalog reference in references.Values.Where(reference => !found.Contains(reference.Path)))
        {
            Report(reference.Path, "a nested catalog is referred to, but there is no mount point");
        }

        long rows = catalog.RowCount;
        if (rows != counts.Entries)
        {
            Report(root, $"the catalog has {rows} entries, of which {counts.Entries} can be reached");
        }

        counts = counts with { NestedCatalogs = references.Count };
        CompareCounts(catalog.Properties.Schema, root, catalog.Counters.Self, counts, "self", problems);
        return counts;
    }

    /// <summary>Holds counters against what was counted.</summary>
    /// <param name="schema">The catalog's: older publishers did not count everything.</param>
    /// <param name="root">Where the catalog belongs.</param>
    /// <param name="stored">What it says.</param>
    /// <param name="counted">What there is.</param>
    /// <param name="kind">Which counters: <c>self</c> or <c>subtree</c>.</param>
    /// <param name="problems">Takes what differs.</param>
    public static void CompareCounts(CatalogSchema schema, RepositoryPath root, CatalogCounts stored, CatalogCounts counted, string kind, ProblemReport problems)
    {
        if (schema < new CatalogSchema(25, 4))
        {
            return;
        }

        long[] left = stored.ToArray();
        long[] right = counted.ToArray();
        for (int index = 0; index < left.Length; index++)
        {
            if (left[index] != right[index])
            {
                problems.Add($"{root}: the catalog's counter {kind}_{CatalogCounts.Names[index]} is {left[index]}, but there are {right[index]}");
            }
        }
    }

    private void CheckRoot(CatalogEntry entry, CatalogEntry? mountPoint)
    {
        if (entry.IsNestedRoot != (mountPoint is not null))
        {
            Report(root, mountPoint is null ? "the root catalog's root is marked as nested" : "the nested catalog's root is not marked as one");
        }

        if (mountPoint is not null && mountPoint with { IsNestedMountPoint = false } != entry with { IsNestedRoot = false })
        {
            Report(root, "the mount point and the nested catalog's root differ");
        }
    }

    private void Visit(CatalogEntry top)
    {
        Stack<(RepositoryPath Path, uint Links)> pending = new([(root, top.Linkcount)]);
        while (pending.TryPop(out (RepositoryPath Path, uint Links) directory))
        {
            uint links = 2;
            groups.Clear();
            foreach (CatalogRow row in catalog.EnumerateDirectory(directory.Path.Key))
            {
                links += row.IsDirectory ? 1u : 0;
                if (CheckRow(directory.Path, row) is { } below)
                {
                    pending.Push(below);
                }
            }

            if (links != directory.Links)
            {
                Report(directory.Path, $"the directory's link count is {directory.Links}, not {links}");
            }

            foreach ((uint number, LinkGroup group) in groups)
            {
                if (group.Members != group.First.Linkcount)
                {
                    Report(directory.Path, $"hard-link group {number} has {group.Members} members, not {group.First.Linkcount}");
                }
            }
        }
    }

    // Returns the directory to go on with, if the row is one of this catalog.
    private (RepositoryPath Path, uint Links)? CheckRow(RepositoryPath directory, CatalogRow row)
    {
        counts += CatalogCounts.Of(row.Type, row.Size, row.Flags, row.HasXattrs);
        ReadOnlySpan<byte> path = Join(directory, row.Name);
        if (RepositoryPath.KeyOf(path) != row.Key)
        {
            Report(directory, $"the key of {BytesText.Escape(row.Name)} is not that of its path");
        }

        if (row.IsDirectory)
        {
            return CheckDirectory(directory.Append(row.Name), row);
        }

        if (row.Name.SequenceEqual(CatalogBalancer.CatalogMarker))
        {
            hasMarker |= directory == root;
            if (directory != root)
            {
                Report(directory, "a .cvmfscatalog is in a directory that is no catalog's root");
            }
        }

        if (row.Linkcount != 1 || row.HardlinkGroup != 0)
        {
            CheckGroup(directory, row);
        }

        if (row.Type == FileType.Regular)
        {
            CheckFile(directory, row);
        }
        else if (!row.Hash.IsNull || row.IsDirectIo || row.IsExternal)
        {
            Report(directory, $"{BytesText.Escape(row.Name)} is no regular file but has content or a file's flags");
        }

        return null;
    }

    private (RepositoryPath Path, uint Links)? CheckDirectory(RepositoryPath path, CatalogRow row)
    {
        if (row.HardlinkGroup != 0)
        {
            Report(path, "a directory is in a hard-link group");
        }

        if (!row.IsNestedMountPoint && !row.IsBindMountPoint)
        {
            return (path, row.Linkcount);
        }

        if (row.IsNestedMountPoint && references.TryGetValue(path, out NestedCatalog? reference))
        {
            Nested.Add((reference, catalog.ToEntry(row)));
        }
        else if (!attached.ContainsKey(path))
        {
            Report(path, "the directory is a mount point, but the catalog refers to no other for it");
        }

        return null;
    }

    private void CheckFile(RepositoryPath directory, CatalogRow row)
    {
        ObjectHash hash = row.Hash;
        long size = row.Size;
        if (row.IsChunked)
        {
            long offset = 0;
            foreach (FileChunk chunk in catalog.EnumerateChunks(row.Key, hash.Algorithm))
            {
                counts += default(CatalogCounts) with { Chunks = 1 };
                if (chunk.Offset != offset || chunk.Size <= 0)
                {
                    Report(directory.Append(row.Name), $"a chunk begins at {chunk.Offset}, not at {offset}, or is empty");
                }

                offset = chunk.Offset + chunk.Size;
                if (!row.IsExternal)
                {
                    objects.Add(new ObjectName(chunk.Hash, ObjectKind.Chunk), row.Compression, chunk.Size, directory, row.Name);
                }
            }

            if (offset != size)
            {
                Report(directory.Append(row.Name), $"the chunks have {offset} bytes, the file {size}");
            }
        }
        else if (hash.IsNull)
        {
            Report(directory.Append(row.Name), "the file has no content hash");
        }

        if (!hash.IsNull && !row.IsExternal)
        {
            objects.Add(new ObjectName(hash, ObjectKind.File), row.Compression, size, directory, row.Name);
        }
    }

    private void CheckGroup(RepositoryPath directory, CatalogRow row)
    {
        if (row.Linkcount == 0 || (row.Linkcount > 1 && row.HardlinkGroup == 0))
        {
            Report(directory, $"{BytesText.Escape(row.Name)} has link count {row.Linkcount} in group {row.HardlinkGroup}");
        }

        if (row.HardlinkGroup == 0)
        {
            return;
        }

        CatalogEntry entry = catalog.ToEntry(row);
        LinkGroup group = groups.GetValueOrDefault(row.HardlinkGroup, new LinkGroup(entry, 0));
        if (entry with { Name = group.First.Name } != group.First)
        {
            Report(directory, $"{BytesText.Escape(row.Name)} and {BytesText.Escape(group.First.Name)} are one file but differ");
        }

        groups[row.HardlinkGroup] = group with { Members = group.Members + 1 };
    }

    private ReadOnlySpan<byte> Join(RepositoryPath directory, ReadOnlySpan<byte> name)
    {
        int length = directory.Bytes.Length + 1 + name.Length;
        if (scratch.Length < length)
        {
            scratch = new byte[2 * length];
        }

        directory.Bytes.CopyTo(scratch);
        scratch[directory.Bytes.Length] = (byte)'/';
        name.CopyTo(scratch.AsSpan(directory.Bytes.Length + 1));
        return scratch.AsSpan(0, length);
    }

    private void Report(RepositoryPath path, string problem) => problems.Add($"{path}: {problem}");

    private readonly record struct LinkGroup(CatalogEntry First, uint Members);
}
