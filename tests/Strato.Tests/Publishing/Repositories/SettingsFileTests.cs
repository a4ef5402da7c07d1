using Strato.Core;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Publishing.Repositories;
using Strato.Testing;

namespace Strato.Tests.Publishing.Repositories;

public sealed class SettingsFileTests : IDisposable
{
    private const string Name = "test.example.org";

    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("/srv/cvmfs/test.example.org")]
    [InlineData("/home/a b/it's $HOME")]
    [InlineData("s3://bucket/prefix")]
    public void What_is_written_is_read_again(string storage)
    {
        RepositorySettings settings = new()
        {
            Name = Name,
            Storage = storage,
            Keys = "/keys of mine",
            IsImported = true,
            Hash = HashAlgorithm.Shake128,
            Encoding = ObjectEncoding.ZlibFast,
            IsGarbageCollectable = true,
            TimeToLive = 61,
            AutomaticTags = false,
        };
        Assert.Equal(settings, Read(SettingsFile.Format(settings)));
    }

    [Fact]
    public void A_reference_has_the_original_settings_and_what_differs_from_them()
    {
        string original = folder["it's the original.conf"];
        File.WriteAllText(original, "CVMFS_REPOSITORY_NAME=test.example.org\nCVMFS_UPSTREAM_STORAGE=local,/old/data/txn,/old\nCVMFS_SPOOL_DIR=/var/spool/cvmfs/test.example.org\nCVMFS_HASH_ALGORITHM=rmd160\n");
        byte[] reference = SettingsFile.FormatReference(original, ("STRATO_IMPORTED", "true"), ("CVMFS_UPSTREAM_STORAGE", SettingsFile.Upstream("/new place")));
        RepositorySettings settings = Read(reference);
        Assert.Equal(("/new place", HashAlgorithm.Rmd160, "/var/spool/cvmfs/test.example.org"), (settings.Storage, settings.Hash, settings.Spool));
        Assert.True(settings.IsImported);

        File.AppendAllText(original, "CVMFS_HASH_ALGORITHM=shake128\n");
        Assert.Equal(HashAlgorithm.Shake128, Read(reference).Hash);
    }

    [Fact]
    public void A_reference_to_nothing_says_what_is_missing()
    {
        byte[] reference = SettingsFile.FormatReference(folder["gone.conf"], ("STRATO_IMPORTED", "true"));
        string message = Assert.Throws<StratoException>(() => Read(reference)).Message;
        Assert.Contains("names no storage", message, StringComparison.Ordinal);
        Assert.Contains("gone.conf", message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private RepositorySettings Read(byte[] text)
    {
        File.WriteAllBytes(folder["server.conf"], text);
        return SettingsFile.Read(folder["server.conf"], Name);
    }
}
