using Strato.Core;
using Strato.Core.Hashing;
using Strato.Publishing.Repositories;
using Strato.Testing;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing.Repositories;

public sealed class GenuineSpoolTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly RepositorySettings settings;

    public GenuineSpoolTests() => settings = new RepositorySettings { Name = TemporaryHome.Name, Storage = "/none", Spool = folder.Path };

    [Theory]
    [InlineData(null)]
    [InlineData("/nonexistent/spool")]
    public void Without_a_spool_area_there_is_nothing_to_keep_to(string? spool)
    {
        Assert.Null(GenuineSpool.Enter(settings with { Spool = spool }));
        Assert.False(GenuineSpool.IsBusy(settings with { Spool = spool }));
        GenuineSpool.RequireNoTransaction(settings with { Spool = spool });
    }

    [Fact]
    public void Who_has_entered_keeps_others_out_and_leaves_nothing_behind()
    {
        using (GenuineSpool.Enter(settings))
        {
            Assert.True(GenuineSpool.IsBusy(settings));
            Assert.Contains("is being published by cvmfs_server", Assert.Throws<StratoException>(() => GenuineSpool.Enter(settings)).Message, StringComparison.Ordinal);
        }

        Assert.False(GenuineSpool.IsBusy(settings));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void An_open_transaction_is_respected_at_the_beginning_and_at_the_end()
    {
        using (GenuineSpool? spool = GenuineSpool.Enter(settings))
        {
            spool!.RequireNoTransaction();
            File.WriteAllText(folder["in_transaction.lock"], string.Empty);
            Assert.Throws<StratoException>(spool.RequireNoTransaction);
        }

        Assert.Contains("cvmfs_server abort", Assert.Throws<StratoException>(() => GenuineSpool.Enter(settings)).Message, StringComparison.Ordinal);
        Assert.True(GenuineSpool.IsBusy(settings));
        Assert.Equal([folder["in_transaction.lock"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void The_checksum_is_written_as_the_genuine_tools_read_it()
    {
        using GenuineSpool? spool = GenuineSpool.Enter(settings);
        ObjectHash hash = ContentHasher.Hash(HashAlgorithm.Rmd160, "reflog"u8);
        spool!.KeepChecksum(hash);
        spool.KeepChecksum(hash);
        Assert.Equal(hash.ToString(), File.ReadAllText(folder["reflog.chksum"]));
        Assert.EndsWith("-rmd160", hash.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(folder["reflog.chksum.new"]));
    }

    [Fact]
    public void Each_operation_of_a_repository_keeps_the_checksum_and_asks_for_transactions()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        File.AppendAllText(home.Home.Places(TemporaryHome.Name).Settings, $"CVMFS_SPOOL_DIR={folder.Path}\n");
        string source = home.NewFolder("source");
        File.WriteAllText(Path.Combine(source, "file"), "content");
        home.Publish(source);
        string reflog = Path.Combine(home.Storage, ".cvmfsreflog");
        Assert.Equal(ContentHasher.Hash(HashAlgorithm.Sha1, File.ReadAllBytes(reflog)).ToString(), File.ReadAllText(folder["reflog.chksum"]));

        // What was killed between the two is made good.
        File.WriteAllText(folder["reflog.chksum"], "0000000000000000000000000000000000000000");
        Assert.Empty(home.Check());
        Assert.Equal(ContentHasher.Hash(HashAlgorithm.Sha1, File.ReadAllBytes(reflog)).ToString(), File.ReadAllText(folder["reflog.chksum"]));

        File.WriteAllText(folder["in_transaction.lock"], string.Empty);
        File.WriteAllText(Path.Combine(source, "file"), "changed");
        Assert.Throws<StratoException>(() => home.Publish(source));
        Assert.Empty(home.Check());
        File.Delete(folder["in_transaction.lock"]);
        Assert.True(home.Publish(source).IsChanged);
    }

    public void Dispose() => folder.Dispose();
}
