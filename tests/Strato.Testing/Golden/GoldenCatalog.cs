using System.IO.Compression;

namespace Strato.Testing.Golden;

/// <summary>A catalog object of a golden repository's store, whether a tag still leads to it or not.</summary>
/// <param name="Repository">The repository that it is of.</param>
/// <param name="HashText">Its hash with the algorithm's suffix.</param>
/// <param name="File">The object's file.</param>
public sealed record GoldenCatalog(GoldenRepository Repository, string HashText, string File)
{
    /// <summary>Every catalog of every golden repository.</summary>
    public static IEnumerable<GoldenCatalog> All =>
        from repository in GoldenRepository.All
        from file in Directory.GetFiles(Path.Combine(repository.Storage, "data"), "*C", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        select new GoldenCatalog(repository, Path.GetFileName(Path.GetDirectoryName(file)) + Path.GetFileName(file)[..^1], file);

    /// <summary>The catalog of a repository with a hash.</summary>
    public static GoldenCatalog Of(GoldenRepository repository, string hashText) =>
        new(repository, hashText, Path.Combine(repository.Storage, "data", hashText[..2], hashText[2..] + "C"));

    /// <summary>The plain SQLite file.</summary>
    public byte[] Read()
    {
        using FileStream stored = System.IO.File.OpenRead(File);
        using ZLibStream zlib = new(stored, CompressionMode.Decompress);
        using MemoryStream plain = new();
        zlib.CopyTo(plain);
        return plain.ToArray();
    }

    public override string ToString() => $"{Repository.Name}:{HashText}";
}
