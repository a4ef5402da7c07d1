using FsCheck;
using FsCheck.Fluent;
using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Reflog;
using Strato.Testing.Golden;

namespace Strato.Tests.Core.Reflog;

public sealed class ReflogTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("strato-reflog-").FullName;

    public static TheoryData<string> Goldens => [.. GoldenRepository.All.Select(golden => golden.Name)];

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [MemberData(nameof(Goldens))]
    public void A_golden_reflog_has_the_manifests_checksum_and_everything_that_the_manifest_names(string name)
    {
        GoldenRepository golden = GoldenRepository.All.Single(repository => repository.Name == name);
        byte[] image = File.ReadAllBytes(Path.Combine(golden.Storage, ".cvmfsreflog"));
        Manifest manifest = Manifest.Parse(File.ReadAllBytes(Path.Combine(golden.Storage, ".cvmfspublished")));
        Assert.Equal(manifest.Reflog, ReflogDatabase.Checksum(manifest.HashAlgorithm, image));

        using ReflogDatabase reflog = ReflogDatabase.OpenImage(image, "golden");
        Assert.Equal(name, reflog.RepositoryName);
        Assert.NotNull(reflog.Find(new ObjectName(manifest.RootCatalog, ObjectKind.Catalog)));
        Assert.NotNull(reflog.Find(new ObjectName(manifest.Certificate!.Value, ObjectKind.Certificate)));
        Assert.NotNull(reflog.Find(new ObjectName(manifest.History!.Value, ObjectKind.History)));
        Assert.NotNull(reflog.Find(new ObjectName(manifest.MetaInfo!.Value, ObjectKind.MetaInfo)));
        Assert.Equal(reflog.Count, ReflogReference.Kinds.Sum(kind => reflog.List(kind).Count));
        Assert.All(
            ReflogReference.Kinds.SelectMany(kind => reflog.List(kind)),
            reference => Assert.True(File.Exists(Path.Combine(golden.Storage, reference.Name.StoragePath)), reference.ToString()));
    }

    [Fact]
    public void References_survive_sealing()
    {
        byte[] image;
        using (ReflogEditor editor = ReflogEditor.Create("a.test.org", directory))
        {
            editor.Add(Name(1, ObjectKind.Catalog), 100);
            editor.Add(Name(2, ObjectKind.Catalog), 200);
            editor.Add(Name(3, ObjectKind.History), 300);
            editor.Add(Name(1, ObjectKind.Catalog), 150);
            image = editor.Seal();
        }

        using ReflogEditor second = ReflogEditor.Edit(image, directory);
        Assert.Equal("a.test.org", second.Reflog.RepositoryName);
        Assert.Equal([new(Name(2, ObjectKind.Catalog), 200), new(Name(1, ObjectKind.Catalog), 150)], second.Reflog.List(ObjectKind.Catalog));
        Assert.Equal([new(Name(1, ObjectKind.Catalog), 150)], second.Reflog.List(ObjectKind.Catalog, before: 200));
        Assert.Null(second.Reflog.Find(Name(3, ObjectKind.Catalog)));
        second.Remove(Name(2, ObjectKind.Catalog));
        second.Remove(Name(2, ObjectKind.Catalog));
        Assert.Equal(2, second.Reflog.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => second.Add(Name(1, ObjectKind.File), 1));
    }

    [Fact]
    public void The_same_references_make_the_same_bytes()
    {
        byte[][] images = new byte[2][];
        for (int i = 0; i < images.Length; i++)
        {
            using ReflogEditor editor = ReflogEditor.Create("a.test.org", directory);
            editor.Add(Name(1, ObjectKind.Catalog), 100);
            images[i] = editor.Seal();
        }

        Assert.Equal(images[0], images[1]);
        Assert.Empty(Directory.GetFileSystemEntries(directory));
    }

    [Fact]
    public void A_damaged_reflog_is_one_clear_error()
    {
        byte[] image = File.ReadAllBytes(Path.Combine(GoldenRepository.Rmd160.Storage, ".cvmfsreflog"));
        Prop.ForAll(Gen.Choose(0, image.Length - 1).ToArbitrary(), index =>
        {
            byte[] damaged = [.. image];
            damaged[index] ^= 0xff;
            try
            {
                using ReflogDatabase reflog = ReflogDatabase.OpenImage(damaged, "damaged");
                _ = ReflogReference.Kinds.Sum(kind => reflog.List(kind).Count);
            }
            catch (StratoException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }).QuickCheckThrowOnFailure();
    }

    private static ObjectName Name(byte seed, ObjectKind kind) => new(ContentHasher.Hash(HashAlgorithm.Rmd160, [seed]), kind);
}
