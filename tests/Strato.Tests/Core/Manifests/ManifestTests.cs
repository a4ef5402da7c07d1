using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Paths;
using Strato.Core.Signing;
using Strato.Testing.Golden;

namespace Strato.Tests.Core.Manifests;

public sealed class ManifestTests
{
    private const string Minimal = "Ca4ecb6af1778eadcce6652c677b64a775625b60a\nRd41d8cd98f00b204e9800998ecf8427e\nD240\nS9\n";

    public static TheoryData<string> Goldens => [.. GoldenRepository.All.Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void A_golden_manifest_comes_out_byte_for_byte(string name)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(GoldenRepository.All.Single(golden => golden.Name == name).Storage, ".cvmfspublished"));
        Manifest manifest = Manifest.Parse(bytes);
        Assert.True(SignedLetter.TryParse(bytes, out SignedLetter? letter));
        Assert.Equal(Encoding.ASCII.GetString(letter.Text.Span), Encoding.ASCII.GetString(manifest.ToBytes()));
        Assert.Equal(name, manifest.RepositoryName);
        Assert.Equal(RepositoryPath.Root.Key, manifest.RootPath);
        Assert.Equal(Manifest.DefaultTtl, manifest.Ttl);
        Assert.Empty(manifest.UnknownFields);
    }

    [Fact]
    public void The_fields_of_the_sha1_golden_are_what_its_listing_says()
    {
        Manifest manifest = Manifest.Parse(File.ReadAllBytes(Path.Combine(GoldenRepository.Sha1.Storage, ".cvmfspublished")));
        Assert.Equal("a4ecb6af1778eadcce6652c677b64a775625b60a", manifest.RootCatalog.ToString());
        Assert.Equal(51200, manifest.RootCatalogSize);
        Assert.Equal(9ul, manifest.Revision);
        Assert.Equal(1795163304, manifest.Timestamp);
        Assert.False(manifest.IsGarbageCollectable);
        Assert.True(Manifest.Parse(File.ReadAllBytes(Path.Combine(GoldenRepository.Rmd160.Storage, ".cvmfspublished"))).IsGarbageCollectable);
    }

    [Fact]
    public void Any_manifest_comes_back_as_it_was_written() => Prop.ForAll(Manifests.ToArbitrary(), manifest =>
    {
        byte[] text = manifest.ToBytes();
        Manifest read = Manifest.Parse(text);
        Assert.Equal(manifest with { UnknownFields = [] }, read with { UnknownFields = [] });
        Assert.Equal(text, read.ToBytes());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Unknown_fields_survive()
    {
        Manifest manifest = Manifest.Parse(Encoding.Latin1.GetBytes(Minimal + "Qfuture \xe9\nZone\nZtwo\n--\nNot a field\n"));
        Assert.Equal(3, manifest.UnknownFields.Count);
        Assert.EndsWith("Qfuture \xe9\nZone\nZtwo\n", Encoding.Latin1.GetString(manifest.ToBytes()), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_repeated_field_the_last_counts() => Assert.Equal(11ul, Manifest.Parse(Encoding.ASCII.GetBytes(Minimal + "S10\nS11\n")).Revision);

    [Theory]
    [InlineData("", "it lacks the field C")]
    [InlineData("<html><body>404 Not Found</body></html>\n", "it lacks the field C")]
    [InlineData("Ca4ecb6af1778eadcce6652c677b64a775625b60a\n", "it lacks the field R")]
    [InlineData("Ca4ecb6af1778eadcce6652c677b64a775625b60a\nRd41d8cd98f00b204e9800998ecf8427e\nD240\n", "it lacks the field S")]
    [InlineData("Ca4ecb6af1778eadcce6652c677b64a775625b60\n", "its line Ca4ecb6af1778eadcce6652c677b64a775625b60 has no valid value")]
    [InlineData(Minimal + "S-1\n", "its line S-1 has no valid value")]
    [InlineData(Minimal + "D99999999999\n", "its line D99999999999 has no valid value")]
    [InlineData(Minimal + "X0000000000000000000000000000000000000000\n", "its line X0000000000000000000000000000000000000000 has no valid value")]
    [InlineData(Minimal + "Nevil\u001b[31m\n", "its line Nevil\\x1b[31m has no valid value")]
    public void A_broken_manifest_is_refused_with_its_reason(string text, string reason)
    {
        Assert.False(Manifest.TryParse(Encoding.ASCII.GetBytes(text), out _, out string? problem));
        Assert.Equal(reason, problem);
        Assert.Equal($"cannot read the manifest: {reason}", Assert.Throws<StratoException>(() => Manifest.Parse(Encoding.ASCII.GetBytes(text))).Message);
    }

    [Fact]
    public void An_endless_manifest_is_refused() => Assert.False(Manifest.TryParse(new byte[Manifest.MaxLength + 1], out _, out _));

    [Theory]
    [InlineData(8, 100, true)]
    [InlineData(9, 99, true)]
    [InlineData(9, 100, false)]
    [InlineData(10, 101, false)]
    public void A_breadcrumb_tells_an_older_manifest(ulong revision, long timestamp, bool isOlder)
    {
        Manifest manifest = Manifest.Parse(Encoding.ASCII.GetBytes(Minimal)) with { Revision = revision, Timestamp = timestamp };
        Assert.True(Breadcrumb.TryParse("a4ecb6af1778eadcce6652c677b64a775625b60aT100R9\n", out Breadcrumb seen));
        Assert.Equal(isOlder, seen.IsNewerThan(manifest, out string? problem));
        Assert.Equal(isOlder, problem is not null);
        Assert.Equal("a4ecb6af1778eadcce6652c677b64a775625b60aT100R9", seen.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("T1R1")]
    [InlineData("a4ecb6af1778eadcce6652c677b64a775625b60a")]
    [InlineData("a4ecb6af1778eadcce6652c677b64a775625b60aT-1R1")]
    [InlineData("a4ecb6af1778eadcce6652c677b64a775625b60aT1Rx")]
    public void A_broken_breadcrumb_is_none(string text) => Assert.False(Breadcrumb.TryParse(text, out _));

    private static Gen<ObjectHash> Hashes =>
        from bytes in Gen.Choose(1, 255).Select(value => (byte)value).ArrayOf(ObjectHash.DigestLength)
        from algorithm in Gen.Elements(Enum.GetValues<HashAlgorithm>())
        select new ObjectHash(algorithm, bytes);

    private static Gen<ObjectHash?> OptionalHashes => Gen.OneOf(Gen.Constant<ObjectHash?>(null), Hashes.Select(hash => (ObjectHash?)hash));

    private static Gen<Manifest> Manifests =>
        from catalog in Hashes
        from hashes in OptionalHashes.ArrayOf(6)
        from revision in ArbMap.Default.GeneratorFor<ulong>()
        from numbers in Gen.Choose(0, int.MaxValue).ArrayOf(3)
        from flags in ArbMap.Default.GeneratorFor<bool>().ArrayOf(2)
        from name in Gen.Elements("", "a.test.org", "golden.test.org")
        from unknown in Gen.Elements("Kvalue", "Z", "a\xe9", "-").ListOf()
        select new Manifest
        {
            RootCatalog = catalog,
            RootCatalogSize = numbers[0],
            Ttl = TimeSpan.FromSeconds(numbers[1]),
            Revision = revision,
            IsGarbageCollectable = flags[0],
            HasAlternativePaths = flags[1],
            MicroCatalog = hashes[0],
            RepositoryName = name,
            Certificate = hashes[1],
            History = hashes[2],
            Timestamp = numbers[2],
            MetaInfo = hashes[3],
            Reflog = hashes[4],
            UnknownFields = [.. unknown.Select(line => new ManifestField((byte)line[0], Encoding.Latin1.GetBytes(line[1..])))],
        };
}
