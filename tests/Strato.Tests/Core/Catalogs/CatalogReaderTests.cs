using System.Text;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Testing;
using Strato.Testing.Measuring;
using static Strato.Tests.Core.Catalogs.CatalogSample;

namespace Strato.Tests.Core.Catalogs;

public sealed class CatalogReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_listing_goes_on_where_a_cookie_says_and_a_second_walk_ends_the_first()
    {
        using (CatalogWriter writer = Create("c"))
        {
            Fill(writer);
            writer.Seal();
        }

        using CatalogReader reader = Open("c");
        List<long> numbers = [];
        foreach (CatalogRow row in reader.EnumerateDirectory(B.Key))
        {
            numbers.Add(row.RowId);
        }

        Assert.Equal(numbers.Order(), numbers);
        List<long> rest = [];
        foreach (CatalogRow row in reader.EnumerateDirectory(B.Key, afterRowId: numbers[0]))
        {
            rest.Add(row.RowId);
        }

        Assert.Equal(numbers[1..], rest);
        CatalogRows first = reader.EnumerateDirectory(B.Key);
        Assert.True(first.MoveNext());
        Assert.True(reader.EnumerateDirectory(A.Key).MoveNext());
        bool ended = false;
        try
        {
            _ = first.MoveNext();
        }
        catch (InvalidOperationException)
        {
            ended = true;
        }

        Assert.True(ended);
    }

    [Fact]
    public void Lookups_and_listings_allocate_nothing_once_warm()
    {
        using (CatalogWriter writer = Create("c"))
        {
            Fill(writer);
            writer.Seal();
        }

        using CatalogReader reader = Open("c");
        PathKey key = B.Append("big"u8).Key;
        byte[] nested = Deep.Bytes.ToArray();
        long sum = 0;
        Assert.Equal(0, Garbage.Least(() => sum += Touch()));
        Assert.NotEqual(0, sum);

        long Touch()
        {
            long touched = 0;
            if (reader.TryFind(key, out CatalogRow row))
            {
                touched += row.Size + row.Mtime + row.MtimeNanoseconds + row.Linkcount + row.HardlinkGroup + row.Uid + row.Gid
                    + row.Symlink.Length + row.Hash.Bytes[0] + (int)row.Compression + row.StatSize + (long)row.DeviceNumber + row.Xattrs.Length;
            }

            foreach (CatalogRow child in reader.EnumerateDirectory(B.Key))
            {
                touched += child.Name.Length + child.RowId + (child.HasXattrs ? 1 : 0) + child.Key.First + child.Parent.First;
            }

            foreach (FileChunk chunk in reader.EnumerateChunks(key, HashAlgorithm.Rmd160))
            {
                touched += chunk.Offset + chunk.Size + chunk.Hash.Bytes[3];
            }

            touched += reader.TryFindNested(nested, out _, out long size) ? size : 1;
            return touched;
        }
    }

    private CatalogWriter Create(string name) =>
        CatalogWriter.Create(Encoding.UTF8.GetBytes(folder[name]), RepositoryPath.Root, Root, 1000, isVolatile: true, vomsAuthz: "openid:x");

    private CatalogReader Open(string name) => CatalogReader.Open(folder[name]);
}
