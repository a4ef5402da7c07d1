using FsCheck;
using FsCheck.Fluent;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Testing;

namespace Strato.Tests.Core.Catalogs;

/// <summary>Any entry that an entry can be comes back as it was written, found by its key and listed by its parent's.</summary>
public sealed class CatalogRoundTripTests : IDisposable
{
    private static readonly CatalogEntry Root = new() { Name = [], Mode = 0x41ed, Linkcount = 2 };

    private readonly TemporaryFolder folder = new();
    private int files;

    private static Gen<byte[]> Names =>
        from length in Gen.Choose(1, 255)
        from bytes in Gen.ArrayOf(Gen.Choose(1, 255), length)
        let name = Array.ConvertAll(bytes, value => value == '/' ? (byte)0xff : (byte)value)
        where RepositoryPath.IsValidName(name)
        select name;

    private static Gen<ObjectHash> Hashes =>
        from algorithm in Gen.Elements(HashAlgorithm.Sha1, HashAlgorithm.Rmd160, HashAlgorithm.Shake128)
        from bytes in Gen.ArrayOf(Gen.Choose(0, 255), 20)
        select new ObjectHash(algorithm, Array.ConvertAll(bytes, value => (byte)value));

    private static Gen<ExtendedAttributes> Xattrs =>
        from count in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, 5)))
        from names in Gen.ArrayOf(Names, count)
        from values in Gen.ArrayOf(Names, count)
        select ExtendedAttributes.Create(names.Zip(values, (name, value) => new ExtendedAttribute(name, value)));

    private static Gen<CatalogEntry> Entries =>
        from name in Names
        from type in Gen.Elements(Enum.GetValues<FileType>())
        from permissions in Gen.Choose(0, 0xfff)
        from hash in Hashes
        from xattrs in Xattrs
        from target in Names
        from number in ArbMap.Default.GeneratorFor<ulong>()
        from seconds in ArbMap.Default.GeneratorFor<long>()
        from nanoseconds in Gen.Choose(-1, 999_999_999)
        from flags in ArbMap.Default.GeneratorFor<byte>()
        let isFile = type == FileType.Regular
        let isDirectory = type == FileType.Directory
        select new CatalogEntry
        {
            Name = name,
            Mode = (uint)type | (uint)permissions,
            Uid = (uint)number,
            Gid = (uint)(number >> 32),
            Size = (long)(number & long.MaxValue),
            Mtime = seconds,
            MtimeNanoseconds = nanoseconds,
            Hash = isFile ? hash : default,
            Compression = isFile && (flags & 1) != 0 ? CompressionAlgorithm.None : CompressionAlgorithm.Zlib,
            Symlink = type == FileType.SymbolicLink ? target : [],
            Linkcount = (uint)number | 1,
            HardlinkGroup = (uint)(number >> 33),
            Xattrs = xattrs,
            IsNestedMountPoint = isDirectory && (flags & 6) == 2,
            IsNestedRoot = isDirectory && (flags & 6) == 4,
            IsBindMountPoint = isDirectory && (flags & 6) == 6,
            IsChunked = isFile && (flags & 8) != 0,
            IsExternal = isFile && (flags & 16) != 0,
            IsDirectIo = isFile && (flags & 32) != 0,
            IsHidden = (flags & 64) != 0,
        };

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Entries_come_back_as_they_were_written() => Prop.ForAll(
        Gen.NonEmptyListOf(Entries).ToArbitrary(),
        generated =>
        {
            List<CatalogEntry> entries = [.. generated.DistinctBy(entry => Convert.ToHexString(entry.Name))];
            byte[] file = System.Text.Encoding.UTF8.GetBytes(folder[$"{files++}"]);
            CatalogCounts counts = Root.Counts;
            using (CatalogWriter writer = CatalogWriter.Create(file, RepositoryPath.Root, Root, 0))
            {
                foreach (CatalogEntry entry in entries)
                {
                    writer.Insert(RepositoryPath.Root.Append(entry.Name).Key, RepositoryPath.Root.Key, entry);
                    counts += entry.Counts;
                }

                writer.Seal();
            }

            using CatalogReader reader = CatalogReader.Open(file);
            Assert.Equal(entries, reader.List(RepositoryPath.Root.Key));
            foreach (CatalogEntry entry in entries)
            {
                Assert.True(reader.TryLookup(RepositoryPath.Root.Append(entry.Name).Key, out CatalogEntry? found));
                Assert.Equal(entry, found);
                Assert.Equal(entry.Flags, found.Flags);
                Assert.Equal((entry.IsHidden, entry.IsChunked, entry.Hash.Algorithm), (found.IsHidden, found.IsChunked, found.Hash.Algorithm));
            }

            Assert.Equal(counts, reader.Counters.Self);
        }).QuickCheckThrowOnFailure();
}
