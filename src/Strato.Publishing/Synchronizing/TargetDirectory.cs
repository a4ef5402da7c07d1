using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Publishing.Merging;

namespace Strato.Publishing.Synchronizing;

/// <summary>Makes sure that a directory is there, with those above it.</summary>
internal static class TargetDirectory
{
    /// <summary>Makes what is missing of a path.</summary>
    /// <param name="paths">The catalogs.</param>
    /// <param name="directory">The path.</param>
    /// <param name="owner">Who owns what is made.</param>
    /// <param name="time">When it is made, in seconds since 1970.</param>
    /// <exception cref="StratoException">Something on the way is no directory.</exception>
    public static void Require(CatalogPaths paths, RepositoryPath directory, (uint Uid, uint Gid) owner, long time)
    {
        if (paths.HostOf(directory) is not null)
        {
            return;
        }

        // From the top down: each step begins where the one before has ended.
        Stack<RepositoryPath> way = [];
        for (RepositoryPath path = directory; !path.IsRoot; path = path.Parent)
        {
            way.Push(path);
        }

        foreach (RepositoryPath path in way.Where(path => paths.HostOf(path) is null))
        {
            Make(paths, path, owner, time);
        }
    }

    private static void Make(CatalogPaths paths, RepositoryPath directory, (uint Uid, uint Gid) owner, long time)
    {
        if (paths.Find(directory) is { } entry)
        {
            string kind = entry.IsSymbolicLink ? "a symbolic link" : "no directory";
            throw new StratoException($"cannot put anything below {directory}: it is {kind}; choose another place or remove it first");
        }

        paths.Insert(directory, new CatalogEntry
        {
            Name = directory.Name.ToArray(),
            Mode = (uint)FileType.Directory | 0x1ed,
            Uid = owner.Uid,
            Gid = owner.Gid,
            Size = CatalogEntry.DirectorySize,
            Mtime = time,
            Linkcount = 2,
        });
    }
}
