using Strato.Client.Attachments;
using Strato.Client.Namespace;
using Strato.Client.Requests;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;
using Strato.Storage.Http;
using Strato.Storage.Objects;

namespace Strato.Client.Control;

/// <summary>Finds the objects that a path's content consists of, for people who name paths.</summary>
internal static class ContentFinder
{
    /// <summary>The objects of a regular file in the revision that is shown; none for an empty one.</summary>
    /// <param name="attachment">The repository.</param>
    /// <param name="path">The path below its root, beginning with a slash.</param>
    /// <param name="cancellation">The caller gives up.</param>
    /// <exception cref="StratoException">There is no such file, or a catalog cannot be had.</exception>
    public static async Task<IReadOnlyList<ObjectRequest>> FindAsync(Attachment attachment, byte[] path, CancellationToken cancellation)
    {
        CatalogTree tree = attachment.Current.Catalogs;
        Want? supplied = null;
        try
        {
            while (true)
            {
                List<ObjectRequest> objects = [];
                Outcome outcome = Find(tree, path, supplied, objects);
                supplied?.Dispose();
                supplied = outcome.Want;
                if (supplied is not null)
                {
                    await supplied.FulfilAsync(cancellation);
                }
                else if (!outcome.IsDone)
                {
                    throw new StratoException($"cannot find {BytesText.Escape(path)} in {attachment.Identity.Repository}: {outcome.Errno.Describe()}");
                }
                else
                {
                    return objects;
                }
            }
        }
        finally
        {
            supplied?.Dispose();
        }
    }

    private static Outcome Find(CatalogTree tree, ReadOnlySpan<byte> path, Want? supplied, List<ObjectRequest> objects)
    {
        int slash = path.LastIndexOf((byte)'/');
        if (slash < 0)
        {
            return Errno.EISDIR;
        }

        Outcome outcome = tree.Resolve(tree.Root, path[..slash], supplied, out MountedCatalog holder);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        outcome = tree.Lend(holder, supplied, out CatalogLease lease);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        using (lease)
        {
            return lease.Reader.TryFind(holder.KeyOf(path), out CatalogRow row) ? Take(lease.Reader, row, path, objects) : Errno.ENOENT;
        }
    }

    private static Outcome Take(CatalogReader reader, CatalogRow row, ReadOnlySpan<byte> path, List<ObjectRequest> objects)
    {
        if (row.Type != Core.Catalogs.FileType.Regular)
        {
            return row.IsDirectory ? Errno.EISDIR : Errno.EINVAL;
        }

        string? external = row.IsExternal ? UrlPath.Encode(path) : null;
        if (!row.IsChunked)
        {
            if (row.Size > 0)
            {
                objects.Add(new ObjectRequest(new CachedObject(new ObjectName(row.Hash, ObjectKind.File), row.Compression), row.Size) { ExternalPath = external });
            }

            return Outcome.Done;
        }

        CompressionAlgorithm compression = row.Compression;
        foreach (FileChunk chunk in reader.EnumerateChunks(row.Key, row.Hash.Algorithm))
        {
            objects.Add(new ObjectRequest(new CachedObject(new ObjectName(chunk.Hash, ObjectKind.Chunk), compression), chunk.Size)
            {
                ExternalPath = external,
                ExternalRange = external is null ? null : new ByteRange(chunk.Offset, chunk.Size),
            });
        }

        return Outcome.Done;
    }
}
