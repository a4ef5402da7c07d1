using Strato.Core;
using Strato.Publishing.Replication;
using Strato.Publishing.Repositories;
using Strato.Testing;

namespace Strato.Tests.Publishing.Replication;

public sealed class ReplicaSettingsFileTests : IDisposable
{
    private const string Name = "soft.example.org";

    private readonly TemporaryFolder folder = new();
    private readonly RepositoryHome home;

    public ReplicaSettingsFileTests()
    {
        home = new RepositoryHome(folder["home"]);
        Directory.CreateDirectory(home.Places(Name).Folder);
    }

    private string File => home.Places(Name).Settings;

    [Fact]
    public void What_is_written_is_read_again()
    {
        ReplicaSettings settings = new()
        {
            Name = Name,
            Storage = "/srv/a place",
            Sources = ["http://one.example.org/cvmfs/soft.example.org", "http://two.example.org/cvmfs/soft.example.org"],
            PublicKeys = ["/etc/cvmfs/keys/one.pub", "/etc/cvmfs/keys/two"],
            Group = "nightly",
            Workers = 7,
            Timeout = TimeSpan.FromSeconds(3),
            Retries = 1,
            Proxy = "http://squid:3128|http://squid2:3128;DIRECT",
            Interval = TimeSpan.FromMinutes(5),
        };
        System.IO.File.WriteAllBytes(File, ReplicaSettingsFile.Format(settings));

        ReplicaSettings read = Replicas.Load(home, Name);

        Assert.Equal(settings.Sources, read.Sources);
        Assert.Equal(settings.PublicKeys, read.PublicKeys);
        Assert.Equal(settings, read with { Sources = settings.Sources, PublicKeys = settings.PublicKeys });
        Assert.Equal([Name], Replicas.List(home));
    }

    [Fact]
    public void Files_of_the_genuine_server_are_read()
    {
        System.IO.File.WriteAllLines(
            File,
            [
                "# Created by cvmfs_server.", "CVMFS_CREATOR_VERSION=143", $"CVMFS_REPOSITORY_NAME={Name}", "CVMFS_REPOSITORY_TYPE=stratum1", "CVMFS_USER=root",
                "CVMFS_STRATUM0=http://stratum0.example.org/cvmfs/soft.example.org", "CVMFS_STRATUM1=http://localhost/cvmfs/soft.example.org",
                $"CVMFS_UPSTREAM_STORAGE=local,/srv/cvmfs/{Name}/data/txn,/srv/cvmfs/{Name}", "CVMFS_SNAPSHOT_GROUP=", "CVMFS_AUTO_GC=true",
            ]);
        System.IO.File.WriteAllLines(
            Path.Combine(home.Places(Name).Folder, "replica.conf"),
            ["CVMFS_NUM_WORKERS=32", "CVMFS_PUBLIC_KEY=/etc/cvmfs/keys/example.org", "CVMFS_HTTP_TIMEOUT=20", "CVMFS_HTTP_RETRIES=5"]);

        ReplicaSettings read = Replicas.Load(home, Name);

        Assert.Equal($"/srv/cvmfs/{Name}", read.Storage);
        Assert.Equal(["http://stratum0.example.org/cvmfs/soft.example.org"], read.Sources);
        Assert.Equal(["/etc/cvmfs/keys/example.org"], read.PublicKeys);
        Assert.Equal((32, 20, 5, ""), (read.Workers, (int)read.Timeout.TotalSeconds, read.Retries, read.Group));
    }

    [Theory]
    [InlineData("CVMFS_STRATUM0", "names no source")]
    [InlineData("CVMFS_PUBLIC_KEY", "names no key")]
    public void What_a_replica_cannot_do_without_is_asked_for(string missing, string problem)
    {
        ReplicaSettings settings = new() { Name = Name, Storage = "/srv", Sources = ["http://a"], PublicKeys = ["/key"] };
        string[] lines = System.Text.Encoding.UTF8.GetString(ReplicaSettingsFile.Format(settings)).Split('\n');
        System.IO.File.WriteAllLines(File, lines.Where(line => !line.StartsWith(missing, StringComparison.Ordinal)));

        Assert.Contains(problem, Assert.Throws<StratoException>(() => Replicas.Load(home, Name)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
