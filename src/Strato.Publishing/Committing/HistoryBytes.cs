using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Publishing.Objects;

namespace Strato.Publishing.Committing;

/// <summary>Reads history databases out of a store.</summary>
internal static class HistoryBytes
{
    public static byte[] Read(ObjectReader objects, ObjectHash hash) =>
        objects.ReadWhole(new ObjectName(hash, ObjectKind.History), CompressionAlgorithm.Zlib, (int)HistoryDatabase.MaxLength);
}
