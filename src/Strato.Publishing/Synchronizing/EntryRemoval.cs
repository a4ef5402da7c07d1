using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Publishing.Merging;
using Strato.Publishing.Scanning;

namespace Strato.Publishing.Synchronizing;

/// <summary>Takes entries out of a directory that is synchronized, with everything below them. Hidden ones, and catalog markers that are kept, stay.</summary>
internal sealed class EntryRemoval(SubtreeRemoval subtrees)
{
    /// <summary>Takes away what the source says is gone. A name that is no name, or that nothing has, orders nothing.</summary>
    /// <param name="place">The directory.</param>
    /// <param name="merge">What is merged into it.</param>
    /// <param name="name">The name that is to go.</param>
    public void RemoveNamed(DirectoryPlace place, DirectoryMerge merge, byte[] name)
    {
        if (!place.IsNew && RepositoryPath.IsValidName(name) && place.Catalog.Find(place.KeyOf(name)) is { } entry && IsRemovable(place, entry))
        {
            Remove(place, entry);
            if (entry.HardlinkGroup > 0)
            {
                merge.LeaveGroup();
            }
        }
    }

    /// <summary>Takes away what the source does not have.</summary>
    public void RemoveMissing(DirectoryPlace place, SourceListing names)
    {
        foreach (CatalogEntry entry in place.Catalog.List(place.Key))
        {
            if (!names.Contains(entry.Name) && IsRemovable(place, entry))
            {
                Remove(place, entry);
            }
        }
    }

    private void Remove(DirectoryPlace place, CatalogEntry entry)
    {
        subtrees.Remove(place.Catalog, place.Path.Append(entry.Name), entry);
        place.AddedDirectories -= entry.IsDirectory ? 1 : 0;
    }

    private static bool IsRemovable(DirectoryPlace place, CatalogEntry entry)
    {
        bool isKeptMarker = place.KeepsMarker
            && (entry.Name.AsSpan().SequenceEqual(CatalogBalancer.CatalogMarker) || entry.Name.AsSpan().SequenceEqual(CatalogBalancer.AutomaticMarker));
        return !isKeptMarker && !entry.IsHidden;
    }
}
