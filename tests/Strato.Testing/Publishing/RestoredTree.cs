using System.Text;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Posix;
using FileType = Strato.Core.Catalogs.FileType;
using PosixAttributes = Strato.Posix.ExtendedAttributes;

namespace Strato.Testing.Publishing;

/// <summary>Makes real files of what a revision has, with owners, special files, hard links, attributes and times. Needs root.</summary>
public static class RestoredTree
{
    /// <summary>Fills an empty directory.</summary>
    /// <param name="revision">What to restore.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="externalContent">The content of external files.</param>
    public static void Restore(RevisionListing revision, string directory, Func<RepositoryPath, byte[]> externalContent)
    {
        Dictionary<(RepositoryPath Parent, uint Group), byte[]> linked = [];
        byte[] root = Encoding.UTF8.GetBytes(directory);
        foreach (RevisionEntry entry in revision.Entries.Values.OrderBy(entry => entry.Path.Depth))
        {
            byte[] path = [.. root, .. entry.Path.Bytes];
            (RepositoryPath, uint) group = (entry.Path.Parent, entry.Entry.HardlinkGroup);
            if (entry.Entry.HardlinkGroup > 0 && linked.TryGetValue(group, out byte[]? first))
            {
                PosixPath.Link(null, first, null, path).ThrowIfFailed("link", path);
                continue;
            }

            linked[group] = path;
            Make(revision, entry, path, externalContent);
            SetAttributes(entry.Entry, path);
        }

        // Directories' times last: what was made in them has moved them.
        foreach (RevisionEntry entry in revision.Entries.Values.Where(entry => entry.Entry.IsDirectory))
        {
            SetTime(entry.Entry, [.. root, .. entry.Path.Bytes]);
        }
    }

    private static void Make(RevisionListing revision, RevisionEntry entry, byte[] path, Func<RepositoryPath, byte[]> externalContent)
    {
        switch (entry.Entry.Type)
        {
            case FileType.Directory:
                if (!entry.Path.IsRoot)
                {
                    PosixPath.MakeDirectory(null, path, 0x1c0).ThrowIfFailed("make", path);
                }

                break;
            case FileType.SymbolicLink:
                PosixPath.MakeSymbolicLink(entry.Entry.Symlink, null, path).ThrowIfFailed("make", path);
                break;
            case FileType.Regular:
                byte[] content = entry.Entry.IsExternal ? externalContent(entry.Path) : revision.ReadContent(entry);
                PosixFile.Open(null, path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, out FileDescriptor? file, 0x180)
                    .ThrowIfFailed("make", path);
                using (file)
                {
                    PosixFile.WriteAll(file!, content).ThrowIfFailed("write", path);
                }

                break;
            default:
                PosixPath.MakeNode(null, path, entry.Entry.Mode, entry.Entry.DeviceNumber).ThrowIfFailed("make", path);
                break;
        }
    }

    private static void SetAttributes(CatalogEntry entry, byte[] path)
    {
        PosixPath.SetOwner(null, path, entry.Uid, entry.Gid).ThrowIfFailed("chown", path);
        if (!entry.IsSymbolicLink)
        {
            PosixPath.SetPermissions(null, path, entry.Mode & 0xfff).ThrowIfFailed("chmod", path);
        }

        foreach (ExtendedAttribute attribute in entry.Xattrs)
        {
            PosixAttributes.Set(path, attribute.Name.Span, attribute.Value.Span).ThrowIfFailed("set an attribute of", path);
        }

        SetTime(entry, path);
    }

    private static void SetTime(CatalogEntry entry, byte[] path)
    {
        Timestamp time = new(entry.Mtime, (uint)Math.Max(0, entry.MtimeNanoseconds));
        PosixPath.SetTimes(null, path, time, time).ThrowIfFailed("set the time of", path);
    }
}
