using Strato.Posix;

namespace Strato.Quickstart;

/// <summary>How much there is in a tree.</summary>
/// <param name="Files">Regular files.</param>
/// <param name="Links">Symbolic links.</param>
/// <param name="Folders">Directories, the root included.</param>
/// <param name="Bytes">The files' lengths together.</param>
internal readonly record struct TreeSize(int Files, int Links, int Folders, long Bytes)
{
    /// <summary>
    /// Measures a tree. Null where a part of it cannot be read, where it holds anything but files, directories and links, or where it has
    /// more than <paramref name="maximumFiles"/> files.
    /// </summary>
    public static TreeSize? TryMeasure(string root, int maximumFiles)
    {
        try
        {
            using TreeFolder folder = TreeFolder.Open(root);
            TreeSize size = default;
            return TryAdd(folder, maximumFiles, ref size) ? size : null;
        }
        catch (PosixException)
        {
            return null;
        }
    }

    private static bool TryAdd(TreeFolder folder, int maximumFiles, ref TreeSize size)
    {
        size = size with { Folders = size.Folders + 1 };
        foreach (byte[] name in folder.Names())
        {
            FileStatus status = folder.Status(name);
            switch (status.Type)
            {
                case FileType.Directory:
                    using (TreeFolder child = folder.Enter(name))
                    {
                        if (!TryAdd(child, maximumFiles, ref size))
                        {
                            return false;
                        }
                    }

                    break;
                case FileType.SymbolicLink:
                    size = size with { Links = size.Links + 1 };
                    break;
                case FileType.Regular when size.Files < maximumFiles:
                    folder.OpenFile(name).Dispose();
                    size = size with { Files = size.Files + 1, Bytes = size.Bytes + status.Size };
                    break;
                default:
                    return false;
            }
        }

        return true;
    }
}
