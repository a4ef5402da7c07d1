using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Publishing.Differences;

/// <summary>Compares rows of two catalogs in place: most are equal, and nothing is made of those.</summary>
internal static class EntryComparison
{
    /// <summary>In what the rows of one path differ.</summary>
    /// <param name="key">The path's key, by which chunks are found.</param>
    public static EntryDifferences Compare(CatalogReader beforeCatalog, CatalogRow before, CatalogReader afterCatalog, CatalogRow after, PathKey key)
    {
        EntryDifferences found = EntryDifferences.None;
        Add(before.Mode != after.Mode, EntryDifferences.Mode);
        Add(before.Uid != after.Uid || before.Gid != after.Gid, EntryDifferences.Owner);
        Add(before.Mtime != after.Mtime || before.MtimeNanoseconds != after.MtimeNanoseconds, EntryDifferences.Time);
        Add(before.Linkcount != after.Linkcount, EntryDifferences.LinkCount);
        Add(before.HardlinkGroup != after.HardlinkGroup, EntryDifferences.HardlinkGroup);
        Add(before.IsNestedMountPoint != after.IsNestedMountPoint, EntryDifferences.NestedCatalog);
        Add(before.IsBindMountPoint != after.IsBindMountPoint, EntryDifferences.BindMountPoint);
        Add(before.IsHidden != after.IsHidden, EntryDifferences.Hidden);
        Add(before.IsDirectIo != after.IsDirectIo, EntryDifferences.DirectIo);
        Add(before.IsExternal != after.IsExternal, EntryDifferences.External);
        Add(before.IsChunked != after.IsChunked, EntryDifferences.Chunked);
        Add(!before.Symlink.SequenceEqual(after.Symlink), EntryDifferences.Target);

        // A directory's size says nothing.
        Add(before.Size != after.Size && !(before.IsDirectory && after.IsDirectory), EntryDifferences.Size);
        Add(!before.Xattrs.SequenceEqual(after.Xattrs), EntryDifferences.ExtendedAttributes);
        Add(!IsSameContent(beforeCatalog, before, afterCatalog, after, key), EntryDifferences.Content);
        return found;

        void Add(bool differs, EntryDifferences difference) => found |= differs ? difference : EntryDifferences.None;
    }

    private static bool IsSameContent(CatalogReader beforeCatalog, CatalogRow before, CatalogReader afterCatalog, CatalogRow after, PathKey key)
    {
        ObjectHash beforeHash = before.Hash;
        ObjectHash afterHash = after.Hash;
        if (!beforeHash.IsNull && !afterHash.IsNull)
        {
            return beforeHash == afterHash;
        }

        if (before.IsChunked && after.IsChunked)
        {
            return IsSameChunks(beforeCatalog.EnumerateChunks(key, beforeHash.Algorithm), afterCatalog.EnumerateChunks(key, afterHash.Algorithm));
        }

        // Whole on one side and only in chunks on the other: their hashes cannot be compared.
        return beforeHash.IsNull && afterHash.IsNull && before.IsChunked == after.IsChunked;
    }

    private static bool IsSameChunks(CatalogChunks before, CatalogChunks after)
    {
        while (before.MoveNext())
        {
            if (!after.MoveNext() || before.Current != after.Current)
            {
                return false;
            }
        }

        return !after.MoveNext();
    }
}
