using Strato.Core.Configuration;

namespace Strato.Tests.Core.Configuration;

public sealed class ConfigurationPathsTests
{
    private const string Config = "/cvmfs/config.test.org";

    [Theory]
    [InlineData("/etc/cvmfs/keys", "/etc/cvmfs/keys")]
    [InlineData("/cvmfs/config.test.org/etc/cvmfs/keys/a.pub", "/var/copy/etc/cvmfs/keys/a.pub")]
    [InlineData("/cvmfs/config.test.org", "/var/copy")]
    [InlineData("/cvmfs/other.test.org/etc", "/dev/null//cvmfs/other.test.org/etc")]
    [InlineData("/cvmfs/config.test.orgx/etc", "/dev/null//cvmfs/config.test.orgx/etc")]
    [InlineData("/etc/../cvmfs/other.test.org", "/dev/null//cvmfs/other.test.org")]
    [InlineData("/cvmfsx/file", "/cvmfsx/file")]
    public void Nothing_is_read_below_the_own_mount_but_the_copy_of_the_configuration_repository(string named, string read)
    {
        Assert.Equal(read, new ConfigurationPaths("/cvmfs", "/var/copy").Locate(named, Config));
    }

    [Fact]
    public void Without_a_copy_or_an_own_mount()
    {
        Assert.False(File.Exists(new ConfigurationPaths("/cvmfs", null).Locate(Config + "/etc/cvmfs/default.conf", Config)));
        Assert.Equal(Config + "/x", ConfigurationPaths.AsNamed.Locate(Config + "/x", Config));
        Assert.Equal("/var/copy/x", new ConfigurationPaths("/mnt", "/var/copy").Locate(Config + "/x", Config));
    }

    [Fact]
    public void Parameter_files_of_the_configuration_repository_and_the_keys_they_name_come_from_the_copy()
    {
        using Testing.TemporaryFolder folder = new();
        string copy = folder["copy"];
        Write(folder["etc/default.conf"], "CVMFS_MOUNT_DIR=/cvmfs\nCVMFS_CONFIG_REPOSITORY=config.test.org\n");
        Write(copy + "/etc/cvmfs/domain.d/test.org.conf", "CVMFS_KEYS_DIR=$CVMFS_MOUNT_DIR/config.test.org/etc/cvmfs/keys\nif [ -f $CVMFS_KEYS_DIR/a.pub ]; then\nCVMFS_SERVER_URL=http://server/@fqrn@\nfi\n");
        Write(copy + "/etc/cvmfs/keys/a.pub", "");
        ConfigurationSources sources = new() { Folder = folder["etc"], Paths = new ConfigurationPaths("/cvmfs", copy) };

        RepositoryConfiguration read = new ConfigurationReader(sources).Read("one.test.org");

        Assert.Equal(["http://server/one.test.org"], read.ServerUrls);
        Assert.Equal([copy + "/etc/cvmfs/keys/a.pub"], read.PublicKeyFiles);
        Assert.Contains(copy + "/etc/cvmfs/blacklist", read.BlacklistFiles);
        Assert.Empty(read.Notes);
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
