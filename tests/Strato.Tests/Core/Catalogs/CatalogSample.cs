using System.Text;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Tests.Core.Catalogs;

/// <summary>The few entries that tests of one catalog are about.</summary>
internal static class CatalogSample
{
    public static readonly RepositoryPath A = RepositoryPath.Root.Append("a"u8);
    public static readonly RepositoryPath B = A.Append("b"u8);
    public static readonly RepositoryPath Deep = B.Append("deep"u8);

    public static readonly CatalogEntry Root = new() { Name = [], Mode = 0x41ed, Size = CatalogEntry.DirectorySize, Linkcount = 3, Mtime = 1 };
    public static readonly ObjectHash Hash = new(HashAlgorithm.Rmd160, "01234567890123456789"u8);

    public static CatalogEntry Directory(string name) => Root with { Name = Encoding.UTF8.GetBytes(name), Linkcount = 2 };

    public static CatalogEntry File(string name, long size) => new()
    {
        Name = Encoding.UTF8.GetBytes(name),
        Mode = 0x81a4,
        Size = size,
        Mtime = 1_700_000_000,
        MtimeNanoseconds = 5,
        Hash = Hash,
        Compression = CompressionAlgorithm.None,
        Uid = 1000,
        Gid = uint.MaxValue,
    };

    public static void Fill(CatalogWriter writer)
    {
        writer.Insert(RepositoryPath.Root.Append("top"u8).Key, RepositoryPath.Root.Key, File("top", 2));
        writer.Insert(A.Key, RepositoryPath.Root.Key, Directory("a") with { Linkcount = 3 });
        writer.Insert(B.Key, A.Key, Directory("b") with { Linkcount = 3 });
        writer.Insert(B.Append("big"u8).Key, B.Key, File("big", 30) with { IsChunked = true });
        writer.AddChunk(B.Append("big"u8).Key, new FileChunk(Hash, 0, 10));
        writer.AddChunk(B.Append("big"u8).Key, new FileChunk(Hash, 10, 20));
        writer.Insert(Deep.Key, B.Key, Directory("deep") with { IsNestedMountPoint = true });
    }
}
