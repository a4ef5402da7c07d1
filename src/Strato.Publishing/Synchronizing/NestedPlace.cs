using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Publishing.Merging;

namespace Strato.Publishing.Synchronizing;

/// <summary>
/// Decides whether a directory is the root of a nested catalog, makes it so, and keeps its two rows alike: the mount point in the catalog above
/// and the root in its own.
/// </summary>
internal sealed class NestedPlace(CatalogTree tree, SynchronizationOptions options, WorkingCatalog host, RepositoryPath path, FileDescriptor directory, byte[] source, bool isWhole)
{
    private WorkingCatalog? nested;

    /// <summary>True where the source lacks the marker but the catalogs keep or get one.</summary>
    public bool KeepsMarker { get; private set; }

    /// <summary>Opens, makes or ends the nested catalog and returns the catalog with what is in the directory, whose row is there.</summary>
    /// <param name="present">The directory as it was; null where it is new.</param>
    public WorkingCatalog Enter(CatalogEntry? present)
    {
        SourceMarker marker = options.Rules.FindMarker(directory, source);
        bool hasMarker = marker == SourceMarker.Present;
        bool isAskedFor = options.Dirtab.AsksForCatalogAt(path.Bytes);
        if (present?.IsNestedMountPoint == true)
        {
            nested = tree.OpenNested(host, path);
            KeepsMarker = !hasMarker
                && (isAskedFor || (!isWhole && marker == SourceMarker.Absent) || nested.Find(path.Append(CatalogBalancer.AutomaticMarker).Key) is not null);
            if (!hasMarker && !KeepsMarker)
            {
                tree.Merge(nested);
                nested = null;
                return host;
            }
        }
        else if (hasMarker || isAskedFor)
        {
            nested = tree.Split(host, path, isEmpty: present is null);
            KeepsMarker = !hasMarker;
        }

        if (isAskedFor && !hasMarker)
        {
            AddMarker(nested!);
        }

        return nested ?? host;
    }

    /// <summary>Changes the directory's attributes, in both rows where it has two.</summary>
    public void Update(PathKey key, CatalogEntry entry)
    {
        host.Update(key, nested is null ? entry : entry with { IsNestedMountPoint = true });
        nested?.Update(key, entry with { IsNestedRoot = true });
    }

    /// <summary>Says that the walk has been through the directory.</summary>
    public void Leave()
    {
        if (nested is not null)
        {
            tree.Leave(nested);
        }
    }

    private void AddMarker(WorkingCatalog catalog)
    {
        PathKey key = path.Append(CatalogBalancer.CatalogMarker).Key;
        if (catalog.Find(key) is not null)
        {
            return;
        }

        (Core.Hashing.ObjectHash hash, Core.Compression.CompressionAlgorithm compression) = options.EmptyFile();
        CatalogEntry marker = new()
        {
            Name = CatalogBalancer.CatalogMarker.ToArray(),
            Mode = (uint)Core.Catalogs.FileType.Regular | 0x1a4,
            Uid = options.Owner.Uid,
            Gid = options.Owner.Gid,
            Mtime = options.Time,
            Hash = hash,
            Compression = compression,
        };
        catalog.Insert(key, path.Key, marker, []);
    }
}
