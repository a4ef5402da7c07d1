using Strato.Core;
using Strato.Core.Paths;
using Strato.Publishing.Merging;
using Strato.Publishing.Tarballs;

namespace Strato.Publishing.Ingest;

/// <summary>What no entry of an archive may be. All of them throw <see cref="StratoException"/>, and nothing is published then.</summary>
internal static class ArchiveRules
{
    /// <summary>Keeps entries off the places that the repository itself needs.</summary>
    public static void RequireAllowed(RepositoryPath path, TarEntry entry)
    {
        if (path.Depth >= 1 && path.Bytes.StartsWith("/.cvmfs"u8) && (path.Bytes.Length == 7 || path.Bytes[7] == '/'))
        {
            throw new StratoException($"cannot ingest {path}: /.cvmfs is reserved for the repository's own use; nothing was published");
        }

        if (path.Name.SequenceEqual(CatalogBalancer.CatalogMarker))
        {
            if (path.Parent.IsRoot)
            {
                throw new StratoException("cannot ingest /.cvmfscatalog: the root has its own catalog anyway; nothing was published");
            }

            if (entry.Type is not (TarEntryType.File or TarEntryType.HardLink))
            {
                throw new StratoException($"cannot ingest {path}: a catalog marker must be a regular file; nothing was published");
            }
        }
    }

    /// <summary>Lets only a directory describe the target.</summary>
    public static void RequireDirectory(RepositoryPath path, TarEntry entry)
    {
        if (entry.Type != TarEntryType.Directory)
        {
            throw new StratoException($"cannot ingest the entry '{BytesText.Escape(entry.Name)}': it would replace {path} itself; nothing was published");
        }
    }
}
