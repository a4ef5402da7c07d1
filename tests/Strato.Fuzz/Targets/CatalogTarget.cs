using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Fuzz.Targets;

/// <summary>File catalogs, read in every way that the client and the checker do.</summary>
internal sealed class CatalogTarget : IFuzzTarget
{
    public string Name => "catalog";

    public IEnumerable<byte[]> Seeds => GoldenSeeds.Plain(ObjectKind.Catalog, manifest => manifest.RootCatalog);

    public bool Run(byte[] input)
    {
        using CatalogReader reader = CatalogReader.OpenImage(input, "fuzzed");
        _ = reader.Counters;
        _ = reader.NestedCatalogs;
        _ = reader.BindMountPoints;
        _ = reader.FindNestedAbove(RepositoryPath.Root.Append("nested"u8).Append("l1"u8));
        int entries = 0;
        foreach (CatalogRow row in reader.EnumerateAll())
        {
            _ = reader.ToEntry(row).Counts;
            _ = reader.Chunks(row.Key, row.Hash.Algorithm);
            entries++;
        }

        return reader.List(reader.Properties.RootPrefix.Key).Count > 0 && entries > 0;
    }
}
