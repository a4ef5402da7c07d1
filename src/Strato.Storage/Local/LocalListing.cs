using System.Text;
using Strato.Posix;
using Strato.Storage.Objects;

namespace Strato.Storage.Local;

/// <summary>
/// Walks a storage tree for its objects, in bounded memory but for the names of directories that are still to be visited.
/// </summary>
internal sealed class LocalListing(FileDescriptor root, string location)
{
    /// <summary>
    /// Lists every regular file outside the staging area whose path is a valid key and begins with <paramref name="prefix"/>.
    /// </summary>
    public IEnumerable<ObjectListing> List(string prefix, CancellationToken cancellationToken)
    {
        Stack<string> pending = new();
        pending.Push(prefix[..(prefix.LastIndexOf('/') + 1)]);
        while (pending.TryPop(out string? directory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (ObjectListing listing in ListDirectory(directory, prefix, pending))
            {
                yield return listing;
            }
        }
    }

    private List<ObjectListing> ListDirectory(string directory, string prefix, Stack<string> pending)
    {
        List<ObjectListing> listings = [];
        string path = directory.Length == 0 ? "." : directory;
        Errno errno = PosixFile.Open(root, Encoding.ASCII.GetBytes(path), OpenFlags.Directory, out FileDescriptor? opened);
        if (errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return listings;
        }

        errno.ThrowIfFailed("listing objects", location);
        using (opened)
        {
            using DirectoryReader reader = new(opened!);
            while (true)
            {
                reader.Read(out DirectoryItem item, out bool found).ThrowIfFailed("listing objects", location);
                if (!found)
                {
                    return listings;
                }

                string key = directory + Encoding.Latin1.GetString(item.Name);
                if (!ObjectKey.IsValid(key) || key == StoragePaths.Staging)
                {
                    continue;
                }

                Errno gone = PosixPath.GetStatus(opened, item.Name, out FileStatus status);
                if (gone == Errno.ENOENT)
                {
                    continue;
                }

                gone.ThrowIfFailed("listing objects", location);
                if (status.Type == FileType.Directory && Leads(key + '/', prefix))
                {
                    pending.Push(key + '/');
                }
                else if (status.Type == FileType.Regular && key.StartsWith(prefix, StringComparison.Ordinal))
                {
                    listings.Add(new ObjectListing(key, LocalTree.StatusOf(status)));
                }
            }
        }
    }

    private static bool Leads(string directory, string prefix) =>
        directory.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(directory, StringComparison.Ordinal);
}
