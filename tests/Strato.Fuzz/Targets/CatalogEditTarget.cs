using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Fuzz.Targets;

/// <summary>File catalogs that are opened to be changed, as a publisher does with what its store holds, and sealed again.</summary>
internal sealed class CatalogEditTarget : IFuzzTarget, IDisposable
{
    private static readonly PathKey Key = RepositoryPath.Root.Append("fuzz-added"u8).Key;

    private readonly string file = Path.GetTempFileName();

    public string Name => "catalog-edit";

    public IEnumerable<byte[]> Seeds => GoldenSeeds.Plain(ObjectKind.Catalog, manifest => manifest.RootCatalog);

    public bool Run(byte[] input)
    {
        File.WriteAllBytes(file, input);
        using (CatalogWriter writer = CatalogWriter.Open(System.Text.Encoding.UTF8.GetBytes(file)))
        {
            writer.Insert(Key, RepositoryPath.Root.Key, new CatalogEntry { Name = "fuzz-added"u8.ToArray(), Mode = 0x41ed, Linkcount = 2 });
            writer.SetRevision(writer.Content.Properties.Revision + 1);
            writer.Seal();
        }

        // An index whose order lies hides what was written. SQLite would find that out only by comparing all rows with all
        // indexes, and a publisher changes no catalog but those whose hash it has signed.
        using CatalogReader reader = CatalogReader.Open(file);
        return reader.TryLookup(Key, out CatalogEntry? entry) && entry.IsDirectory;
    }

    public void Dispose() => File.Delete(file);
}
