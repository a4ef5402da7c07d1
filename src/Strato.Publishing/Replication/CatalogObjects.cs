using Strato.Core.Catalogs;
using Strato.Core.Hashing;

namespace Strato.Publishing.Replication;

/// <summary>The objects that a catalog names, catalogs nested in it apart.</summary>
internal static class CatalogObjects
{
    /// <summary>Tells each object with the most stored bytes that it may have; one that several rows name may be told several times.</summary>
    public static void Each(CatalogReader catalog, Action<ObjectName, long> tell)
    {
        foreach (CatalogRow row in catalog.EnumerateAll())
        {
            if (row.Type != FileType.Regular || row.IsExternal)
            {
                continue;
            }

            ObjectHash hash = row.Hash;
            if (!hash.IsNull)
            {
                tell(new ObjectName(hash, ObjectKind.File), StoredLength.Maximum(row.Size, row.Compression));
            }

            if (row.IsChunked)
            {
                foreach (FileChunk chunk in catalog.EnumerateChunks(row.Key, hash.Algorithm))
                {
                    tell(new ObjectName(chunk.Hash, ObjectKind.Chunk), StoredLength.Maximum(chunk.Size, row.Compression));
                }
            }
        }
    }
}
