using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Publishing.Objects;

namespace Strato.Publishing.Committing;

/// <summary>Reads history databases out of a store.</summary>
internal static class HistoryBytes
{
    /// <summary>Opens the history that a manifest names; null where it names none.</summary>
    public static HistoryDatabase? Open(ObjectReader objects, Manifest manifest) => manifest.History is { } hash
        ? HistoryDatabase.OpenImage(Read(objects, hash), $"history {hash}H")
        : null;

    public static byte[] Read(ObjectReader objects, ObjectHash hash) =>
        objects.ReadWhole(new ObjectName(hash, ObjectKind.History), CompressionAlgorithm.Zlib, (int)HistoryDatabase.MaxLength);
}
