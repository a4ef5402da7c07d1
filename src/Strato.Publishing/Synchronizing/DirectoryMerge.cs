using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Publishing.Scanning;
using FileType = Strato.Posix.FileType;

namespace Strato.Publishing.Synchronizing;

/// <summary>
/// Brings everything in one directory that is not a directory into its catalog: what is unchanged stays, what differs in attributes has its
/// row changed, and what may have other content is read again. Names of one file in one directory become a hard-link group; names
/// in other directories do not count, as the format has no such groups.
/// </summary>
internal sealed class DirectoryMerge(TreeSynchronizer tree, DirectoryPlace place, DateTime scanned)
{
    private readonly Dictionary<(ulong Device, ulong Inode), (FileStatus Status, List<SourceName> Names)> linked = [];
    private bool leavesGroups;

    public DirectoryPlace Place => place;

    public SourceTree Source => tree.Source;

    /// <summary>Takes one name, in byte order.</summary>
    public void Add(ReadOnlySpan<byte> name, in FileStatus status)
    {
        if (tree.Options.IgnoresSpecialFiles && status.Type is not (FileType.Regular or FileType.SymbolicLink))
        {
            tree.Options.Warn($"{BytesText.Escape(SourceTree.Join(place.Source, name))} is a special file and is left out");
            return;
        }

        SourceName source = new(name.ToArray(), place.KeyOf(name), StampPlace: -1, Stamp: default);
        if (status.Type == FileType.Regular)
        {
            source = source with { Stamp = tree.OldStamps.Find(name), StampPlace = tree.NewStamps.Reserve(name) };
        }
        else
        {
            tree.NewStamps.Add(name, ContentStamp.Of(status, scanned, ContentStamp.NoContent));
        }

        if (status.LinkCount > 1)
        {
            (ulong, ulong) file = (status.Device, status.Inode);
            if (!linked.TryGetValue(file, out (FileStatus, List<SourceName> Names) group))
            {
                linked[file] = group = (status, []);
            }

            group.Names.Add(source);
        }
        else
        {
            Merge([source], status);
        }
    }

    /// <summary>Says that a name of a hard-link group is gone.</summary>
    public void LeaveGroup() => leavesGroups = true;

    /// <summary>Brings in what has several names, and mends groups of names that only the catalog has.</summary>
    public void Finish()
    {
        foreach ((FileStatus status, List<SourceName> names) in linked.Values)
        {
            Merge(names, status);
        }

        if (leavesGroups)
        {
            MendGroups();
        }
    }

    /// <summary>Writes the rows of one file.</summary>
    public void Write(IReadOnlyList<SourceName> names, CatalogEntry entry, IReadOnlyList<FileChunk> chunks)
    {
        tree.CheckSize(place.Path, entry);
        foreach (SourceName name in names)
        {
            CatalogEntry row = ReferenceEquals(name.Name, entry.Name) ? entry : entry with { Name = name.Name };
            if (place.IsNew)
            {
                place.Catalog.Insert(name.Key, place.Key, row, chunks);
            }
            else
            {
                place.Catalog.Put(name.Key, place.Key, row, chunks);
            }
        }
    }

    /// <summary>Notes what the file looked like whose content is in the catalog now.</summary>
    public void Stamp(IReadOnlyList<SourceName> names, in FileStatus status, ulong fingerprint)
    {
        ContentStamp stamp = ContentStamp.Of(status, scanned, fingerprint);
        foreach (SourceName name in names)
        {
            tree.NewStamps.Fill(name.StampPlace, stamp);
        }
    }

    private void Merge(List<SourceName> names, in FileStatus status)
    {
        CatalogEntry?[] present = Present(names);
        uint group = GroupFor(names, present);
        CatalogEntry entry = Source.Describe(SourceTree.Join(place.Source, names[0].Name), names[0].Name, status) with
        {
            Linkcount = (uint)names.Count,
            HardlinkGroup = group,
        };
        if (present[0] is { } before && before.Type == entry.Type)
        {
            entry = tree.Options.Rules.Keep(before, entry);
        }

        if (status.Type != FileType.Regular)
        {
            Write(names, entry, []);
        }
        else if (IsUnchanged(names, present, entry, status, out IReadOnlyList<FileChunk> chunks, out ulong fingerprint))
        {
            CatalogEntry content = present[0]!;
            entry = entry with { Hash = content.Hash, Compression = content.Compression, IsChunked = content.IsChunked, IsDirectIo = content.IsDirectIo };
            Write(names, entry, chunks);
            Stamp(names, status, fingerprint);
        }
        else
        {
            tree.Submit(new PendingFile(this, names, entry, status));
        }
    }

    // What the catalog has under the names; a directory there gives way.
    private CatalogEntry?[] Present(List<SourceName> names)
    {
        CatalogEntry?[] present = new CatalogEntry?[names.Count];
        for (int index = 0; !place.IsNew && index < present.Length; index++)
        {
            CatalogEntry? entry = place.Catalog.Find(names[index].Key);
            if (entry?.IsDirectory == true)
            {
                tree.Removal.Remove(place.Catalog, place.Path.Append(names[index].Name), entry);
                place.AddedDirectories--;
                entry = null;
            }

            present[index] = entry;
        }

        return present;
    }

    private uint GroupFor(List<SourceName> names, CatalogEntry?[] present)
    {
        uint first = present[0]?.HardlinkGroup ?? 0;
        bool isGroup = names.Count > 1;
        bool isSame = isGroup && first > 0 && Array.TrueForAll(present, entry => entry?.HardlinkGroup == first && entry.Linkcount == names.Count);
        leavesGroups |= !isSame && Array.Exists(present, entry => entry?.HardlinkGroup > 0);
        return isSame ? first : isGroup ? place.Catalog.NextHardlinkGroup() : 0;
    }

    private bool IsUnchanged(
        List<SourceName> names, CatalogEntry?[] present, CatalogEntry entry, in FileStatus status, out IReadOnlyList<FileChunk> chunks, out ulong fingerprint)
    {
        chunks = [];
        fingerprint = 0;
        if (present[0] is not { IsRegularFile: true, IsExternal: false } first || first.Size != status.Size)
        {
            return false;
        }

        chunks = first.IsChunked ? place.Catalog.Chunks(names[0].Key, first.Hash.Algorithm) : [];
        fingerprint = ContentStamp.FingerprintOf(first.Hash, chunks);
        bool isExplained = first.Mode != entry.Mode || first.Uid != entry.Uid || first.Gid != entry.Gid || !first.Xattrs.Equals(entry.Xattrs);
        for (int index = 0; index < names.Count; index++)
        {
            bool hasSameContent = present[index] is { IsRegularFile: true, IsExternal: false } other && other.Hash == first.Hash && other.IsChunked == first.IsChunked;
            if (!hasSameContent || !names[index].Stamp.Proves(status, fingerprint, isExplained))
            {
                return false;
            }
        }

        return true;
    }

    // Names that only the catalog has may have lost companions to what came from the source.
    private void MendGroups()
    {
        List<CatalogEntry> kept = [.. place.Catalog.List(place.Key).Where(entry => entry.HardlinkGroup > 0 && !tree.IsInSource(entry.Name))];
        foreach (IGrouping<uint, CatalogEntry> group in kept.GroupBy(entry => entry.HardlinkGroup))
        {
            uint count = (uint)group.Count();
            foreach (CatalogEntry entry in group)
            {
                place.Catalog.Update(place.KeyOf(entry.Name), entry with { Linkcount = count, HardlinkGroup = count > 1 ? group.Key : 0 });
            }
        }
    }
}
