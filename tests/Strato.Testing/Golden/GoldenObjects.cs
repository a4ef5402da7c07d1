using Strato.Core.Compression;
using Strato.Core.Hashing;

namespace Strato.Testing.Golden;

/// <summary>Reads objects of a golden repository's storage.</summary>
public static class GoldenObjects
{
    private const long Limit = 1L << 30;

    /// <summary>The stored bytes.</summary>
    public static byte[] ReadStored(this GoldenRepository repository, ObjectName name) =>
        File.ReadAllBytes(Path.Combine(repository.Storage, name.StoragePath));

    /// <summary>The plain bytes.</summary>
    public static byte[] ReadPlain(this GoldenRepository repository, ObjectName name, CompressionAlgorithm compression = CompressionAlgorithm.Zlib)
    {
        DecodeStatus status = Decoders.DecodeAll(compression, repository.ReadStored(name), Limit, out byte[] plain);
        return status == DecodeStatus.Complete ? plain : throw new InvalidDataException($"{name} does not decode: {status}");
    }

    /// <summary>Every object in the storage, by name.</summary>
    public static IEnumerable<ObjectName> ListObjects(this GoldenRepository repository)
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(repository.Storage, "data"), "*", SearchOption.AllDirectories))
        {
            string text = Path.GetFileName(Path.GetDirectoryName(file)!) + Path.GetFileName(file);
            ObjectKind kind = char.IsAsciiLetterUpper(text[^1]) ? (ObjectKind)text[^1] : ObjectKind.File;
            if (ObjectHash.TryParse(kind == ObjectKind.File ? text : text[..^1], out ObjectHash hash))
            {
                yield return new ObjectName(hash, kind);
            }
        }
    }
}
