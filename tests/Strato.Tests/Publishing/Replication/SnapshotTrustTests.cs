using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Signing;
using Strato.Publishing.Operations;
using Strato.Storage.Objects;
using Strato.Testing;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing.Replication;

/// <summary>Sources that are forged, stale or another repository's change nothing.</summary>
public sealed class SnapshotTrustTests
{
    [Fact]
    public void An_older_revision_is_refused_until_an_operator_accepts_it()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        string manifest = Path.Combine(source.Storage, ObjectKey.Manifest);
        byte[] old = File.ReadAllBytes(manifest);
        ReplicaTree.Publish(source, 1);
        replica.Snapshot();
        byte[] served = File.ReadAllBytes(Path.Combine(replica.Storage, ObjectKey.Manifest));
        File.WriteAllBytes(manifest, old);

        string refusal = Assert.Throws<StratoException>(() => replica.Snapshot()).Message;

        Assert.Contains("revision 2", refusal, StringComparison.Ordinal);
        Assert.Contains("--accept-older", refusal, StringComparison.Ordinal);
        Assert.Equal(served, File.ReadAllBytes(Path.Combine(replica.Storage, ObjectKey.Manifest)));
        Assert.Equal(2u, replica.Snapshot(acceptsOlder: true).Revision);
        Assert.Empty(replica.Check());
    }

    [Fact]
    public void Of_several_sources_the_stale_and_the_damaged_are_left_for_the_next()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        string stale = source.NewFolder("stale");
        string damaged = source.NewFolder("damaged");
        foreach (string copy in (string[])[stale, damaged])
        {
            ReplicaTree.Copy(source.Storage, copy);
        }

        File.WriteAllText(Path.Combine(damaged, ObjectKey.Manifest), "no manifest");
        ReplicaTree.Publish(source, 1);
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        replica.Snapshot();
        ulong newest = ReplicaTree.Publish(source, 2);
        replica.Change(settings => settings with { Sources = [$"file://{damaged}", $"file://{stale}", TemporaryReplica.FileUrl(source)] });

        Assert.Equal(newest, replica.Snapshot().Revision);
        Assert.Empty(replica.Check());
    }

    [Fact]
    public void Another_repository_and_another_master_key_are_refused()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        replica.Snapshot();
        using TemporaryHome namesake = new() { Clock = new ManualClock(TimeProvider.System.GetUtcNow()) };
        namesake.Make(TemporaryHome.SmallChunks);
        byte[] served = File.ReadAllBytes(Path.Combine(replica.Storage, ObjectKey.Manifest));

        replica.Change(settings => settings with { Sources = [TemporaryReplica.FileUrl(namesake)] });
        Assert.Contains("not signed by the key", Assert.Throws<StratoException>(() => replica.Snapshot()).Message, StringComparison.Ordinal);

        using TemporaryReplica other = new() { Name = "other.example.org" };
        string key = source.Home.Places(TemporaryHome.Name).PublicKey;
        Assert.Contains("not for other.example.org", Assert.Throws<StratoException>(() => other.Add(TemporaryReplica.FileUrl(source), key)).Message, StringComparison.Ordinal);
        Assert.False(other.Home.Contains("other.example.org"));
        Assert.Equal(served, File.ReadAllBytes(Path.Combine(replica.Storage, ObjectKey.Manifest)));
    }

    [Fact]
    public void A_source_that_does_not_want_to_be_replicated_is_not()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        File.Delete(Path.Combine(source.Storage, ObjectKey.MasterReplica));

        Assert.Contains(ObjectKey.MasterReplica, Assert.Throws<StratoException>(() => replica.Snapshot()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_nothing_new_only_a_new_whitelist_comes()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        replica.Snapshot();
        WhitelistSigning.Run(TemporaryHome.Name, 90, source.Context(cancellation: TestContext.Current.CancellationToken));

        Assert.False(replica.Snapshot().IsChanged);

        Assert.Equal(File.ReadAllBytes(Path.Combine(source.Storage, ObjectKey.Whitelist)), File.ReadAllBytes(Path.Combine(replica.Storage, ObjectKey.Whitelist)));
        Assert.Empty(replica.Check());
    }

    [Fact]
    public void An_older_whitelist_does_not_replace_a_newer_one()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        using RepositoryKeys keys = new KeyFiles(source.Home.Directory, TemporaryHome.Name).Load();
        string whitelist = Path.Combine(source.Storage, ObjectKey.Whitelist);
        File.WriteAllBytes(whitelist, Sign(keys, TimeProvider.System.GetUtcNow().AddDays(-1), keys.Certificate));
        byte[] old = File.ReadAllBytes(whitelist);
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        WhitelistSigning.Run(TemporaryHome.Name, 30, source.Context(cancellation: TestContext.Current.CancellationToken));
        replica.Snapshot();
        byte[] newer = File.ReadAllBytes(Path.Combine(replica.Storage, ObjectKey.Whitelist));

        File.WriteAllBytes(whitelist, old);
        ulong revision = ReplicaTreeWithWhitelist(source, old);

        Assert.Equal(revision, replica.Snapshot().Revision);
        Assert.Equal(newer, File.ReadAllBytes(Path.Combine(replica.Storage, ObjectKey.Whitelist)));
        Assert.Empty(replica.Check());
    }

    [Fact]
    public void An_older_whitelist_that_allows_a_withdrawn_certificate_is_refused()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        using RepositoryKeys keys = new KeyFiles(source.Home.Directory, TemporaryHome.Name).Load();
        using RepositoryKeys others = RepositoryKeys.Generate(TemporaryHome.Name, TimeProvider.System.GetUtcNow());
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        replica.Snapshot();
        File.WriteAllBytes(Path.Combine(replica.Storage, ObjectKey.Whitelist), Sign(keys, TimeProvider.System.GetUtcNow(), others.Certificate));
        File.WriteAllBytes(Path.Combine(source.Storage, ObjectKey.Whitelist), Sign(keys, TimeProvider.System.GetUtcNow().AddDays(-1), keys.Certificate));

        Assert.Contains("older than the one here", Assert.Throws<StratoException>(() => replica.Snapshot()).Message, StringComparison.Ordinal);
        Assert.False(replica.Snapshot(acceptsOlder: true).IsChanged);
    }

    [Fact]
    public void A_clock_that_jumps_ahead_refuses_the_source_and_one_that_is_right_again_goes_on()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        ManualClock clock = new(TimeProvider.System.GetUtcNow());
        using TemporaryReplica replica = new() { Clock = clock };
        replica.Add(TemporaryReplica.FileUrl(source), source.Home.Places(TemporaryHome.Name).PublicKey);
        replica.Snapshot();
        ReplicaTree.Publish(source, 1);

        clock.Advance(TimeSpan.FromDays(400));
        Assert.Contains("this machine's clock is wrong", Assert.Throws<StratoException>(() => replica.Snapshot()).Message, StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromDays(-800));
        Assert.Equal(3u, replica.Snapshot().Revision);
        clock.Advance(TimeSpan.FromDays(400));
        Assert.False(replica.Snapshot().IsChanged);
        Assert.Empty(replica.Check());
    }

    [Fact]
    public void What_is_published_here_is_no_replica_and_a_replica_is_not_published()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        replica.Snapshot();
        string tree = source.NewFolder("source");

        Assert.Contains("is a replica here", Assert.Throws<StratoException>(() => TreePublish.Run(
            new TreePublishRequest { Repository = TemporaryHome.Name, Source = tree }, replica.Context(cancellation: TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        Assert.Contains("is a replica here", Assert.Throws<StratoException>(() => WhitelistSigning.Run(TemporaryHome.Name, 30, replica.Context(cancellation: TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        Assert.Contains("is published", Assert.Throws<StratoException>(() => Strato.Publishing.Replication.Snapshot.Run(
            new() { Repository = TemporaryHome.Name }, source.Context(cancellation: TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        Assert.Contains("exists already", Assert.Throws<StratoException>(() => replica.Add(
            TemporaryReplica.FileUrl(source), source.Home.Places(TemporaryHome.Name).PublicKey)).Message, StringComparison.Ordinal);
    }

    private static byte[] Sign(RepositoryKeys keys, DateTimeOffset time, SigningCertificate certificate) =>
        keys.Master!.Sign(Whitelist.Create(TemporaryHome.Name, certificate.FingerprintOf(HashAlgorithm.Sha1), time, 30), HashAlgorithm.Sha1);

    private static ulong ReplicaTreeWithWhitelist(TemporaryHome source, byte[] whitelist)
    {
        ulong revision = ReplicaTree.Publish(source, 1);
        File.WriteAllBytes(Path.Combine(source.Storage, ObjectKey.Whitelist), whitelist);
        return revision;
    }
}
