using Strato.Core;
using Strato.Core.Configuration;
using Strato.Testing;

namespace Strato.Tests.Core.Configuration;

public sealed class ConfigurationReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_files_everything_has_its_default()
    {
        RepositoryConfiguration configuration = Read("alice.cern.ch");
        Assert.Equal("/var/lib/cvmfs/alice.cern.ch", configuration.CacheFolder);
        Assert.Equal(1024L << 20, configuration.QuotaLimit);
        Assert.Equal(TimeSpan.FromSeconds(5), configuration.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(60), configuration.KernelCacheTimeout);
        Assert.Equal(1, configuration.Retries);
        Assert.Equal([folder["etc/blacklist"]], configuration.BlacklistFiles);
        Assert.Empty(configuration.ServerUrls);
        Assert.Null(configuration.HttpProxy);
        Assert.True(configuration.AutoUpdate);
        Assert.Equal(MagicXattrVisibility.Never, configuration.MagicXattrVisibility);
        Assert.Empty(configuration.Parameters);
        Assert.Empty(configuration.Notes);
    }

    [Fact]
    public void Files_come_in_the_genuine_order()
    {
        string[] order =
        [
            "etc/default.conf", "etc/default.d/10-a.conf", "etc/default.d/20-b.conf", "mnt/config.org/etc/cvmfs/default.conf", "etc/default.local",
            "mnt/config.org/etc/cvmfs/domain.d/cern.ch.conf", "etc/domain.d/cern.ch.conf", "etc/domain.d/cern.ch.local",
            "mnt/config.org/etc/cvmfs/config.d/alice.cern.ch.conf", "etc/config.d/alice.cern.ch.conf", "etc/config.d/alice.cern.ch.local",
        ];
        for (int index = 0; index < order.Length; index++)
        {
            Write(order[index], $"ORDER=\"$ORDER {index}\"\nLAST_{index}=x\nCVMFS_HTTP_PROXY=http://{index}\n");
        }

        Write("etc/default.d/ignored.txt", "ORDER=ignored");
        Append("etc/default.conf", $"CVMFS_MOUNT_DIR={folder["mnt"]}\n");
        Append("etc/default.d/20-b.conf", "CVMFS_CONFIG_REPOSITORY=config.org\n");

        RepositoryConfiguration configuration = Read("alice.cern.ch");
        Assert.Equal("0 1 2 3 4 5 6 7 8 9 10", configuration.Parameters.Text("ORDER"));
        Assert.Equal("http://10", configuration.HttpProxy);
        Assert.Equal(folder["etc/config.d/alice.cern.ch.local"], configuration.Parameters["CVMFS_HTTP_PROXY"]!.Origin);
        Assert.Equal(folder["mnt/config.org/etc/cvmfs/default.conf"], configuration.Parameters["LAST_3"]!.Origin);
        Assert.Equal([folder["etc/blacklist"], folder["mnt/config.org/etc/cvmfs/blacklist"]], configuration.BlacklistFiles);
        Assert.Empty(configuration.Notes);

        // The configuration repository itself is configured without it.
        Assert.Equal("0 1 2 4", Read("config.org").Parameters.Text("ORDER"));
    }

    [Fact]
    public void A_configuration_repository_cannot_be_replaced_later_or_required_in_vain()
    {
        Write("etc/default.conf", $"CVMFS_MOUNT_DIR={folder["mnt"]}\nCVMFS_CONFIG_REPOSITORY=config.org\n");
        Write("etc/default.local", "CVMFS_CONFIG_REPOSITORY=evil.org\n");
        RepositoryConfiguration configuration = Read("alice.cern.ch");
        Assert.Equal("config.org", configuration.Parameters.Text("CVMFS_CONFIG_REPOSITORY"));
        Assert.Equal(2, configuration.Notes.Count);
        Assert.Contains(configuration.Notes, note => note.EndsWith("cannot change CVMFS_CONFIG_REPOSITORY from config.org to evil.org", StringComparison.Ordinal));

        Append("etc/default.conf", "CVMFS_CONFIG_REPO_REQUIRED=yes\n");
        Assert.Contains("is not mounted", Assert.Throws<StratoException>(() => Read("alice.cern.ch")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_site_of_the_usual_kind_is_understood()
    {
        Write("etc/default.conf", """
            # shipped
            CVMFS_CLIENT_PROFILE=
            CVMFS_CACHE_BASE=/var/lib/cvmfs
            CVMFS_QUOTA_LIMIT=4000
            CVMFS_TIMEOUT=5
            CVMFS_TIMEOUT_DIRECT=10
            CVMFS_SHARED_CACHE=yes
            CVMFS_CLAIM_OWNERSHIP=yes
            CVMFS_BACKOFF_INIT=3
            if [ "x$CVMFS_BASE_ENV" = "x" ]; then
              readonly CVMFS_MOUNT_DIR=/cvmfs
              readonly CVMFS_BASE_ENV=1
            fi
            """);
        Write("etc/default.local", "CVMFS_HTTP_PROXY='http://squid1:3128|http://squid2:3128;DIRECT' # site\nCVMFS_QUOTA_LIMIT=20000\n");
        Write("etc/domain.d/cern.ch.conf", """
            if [ "$CVMFS_CONFIG_REPO_DEFAULT_ENV" = "" ]; then
              if [ "$CVMFS_USE_CDN" = "yes" ]; then
                CVMFS_SERVER_URL="http://cdn.example/cvmfs/@fqrn@"
              else
                CVMFS_SERVER_URL="http://s1.example/cvmfs/@fqrn@; http://s2.example/opt/@org@"
              fi
              CVMFS_KEYS_DIR=@@
              CVMFS_USE_GEOAPI=yes
            fi
            """.Replace("@@", folder["etc/keys/cern.ch"], StringComparison.Ordinal));
        Write("etc/keys/cern.ch/b.pub", string.Empty);
        Write("etc/keys/cern.ch/a.pub", string.Empty);
        Write("etc/keys/cern.ch/c.txt", string.Empty);

        RepositoryConfiguration configuration = Read("alice.cern.ch");
        Assert.Equal(["http://s1.example/cvmfs/alice.cern.ch", "http://s2.example/opt/alice"], configuration.ServerUrls);
        Assert.Equal("http://squid1:3128|http://squid2:3128;DIRECT", configuration.HttpProxy);
        Assert.Equal([folder["etc/keys/cern.ch/a.pub"], folder["etc/keys/cern.ch/b.pub"]], configuration.PublicKeyFiles);
        Assert.Equal("/var/lib/cvmfs/shared", configuration.CacheFolder);
        Assert.Equal(20000L << 20, configuration.QuotaLimit);
        Assert.Equal(TimeSpan.FromSeconds(10), configuration.TimeoutDirect);
        Assert.Equal(TimeSpan.FromSeconds(5), configuration.ExternalTimeout);
        Assert.Equal(TimeSpan.FromSeconds(3), configuration.FirstBackoff);
        Assert.True(configuration.UseGeoApi);
        Assert.True(configuration.ClaimOwnership);
        Assert.Empty(configuration.Notes);
    }

    [Fact]
    public void Overrides_count_more_than_files()
    {
        Write("etc/default.conf", "CVMFS_CACHE_BASE=/base\nCVMFS_SERVER_URL=http://file\nCVMFS_PUBLIC_KEY=/k\n");
        Parameter[] overrides =
        [
            new("CVMFS_SERVER_URL", "http://line/@fqrn@", "command line"),
            new("CVMFS_CACHE_DIR", "/mine", "command line"),
            new("CVMFS_PUBLIC_KEY", "/a.pub:/b.pub", "command line"),
        ];
        RepositoryConfiguration configuration = new ConfigurationReader(
            new ConfigurationSources { Folder = folder["etc"], Overrides = overrides }).Read("alice.cern.ch");
        Assert.Equal(["http://line/alice.cern.ch"], configuration.ServerUrls);
        Assert.Equal("/mine", configuration.CacheFolder);
        Assert.Equal(["/a.pub", "/b.pub"], configuration.PublicKeyFiles);
        Assert.Equal("command line", configuration.Parameters["CVMFS_SERVER_URL"]!.Origin);

        Append("etc/default.conf", "CVMFS_CACHE_DIR=/file\n");
        Assert.Contains("CVMFS_CACHE_BASE is set as well", Assert.Throws<StratoException>(() => Read("alice.cern.ch")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_name_gets_the_default_domain()
    {
        Write("etc/default.conf", "CVMFS_DEFAULT_DOMAIN=cern.ch\n");
        Assert.Equal("alice.cern.ch", Read("alice").Name);
        Assert.Equal("alice.org", Read("alice.org").Name);
        Assert.Throws<StratoException>(() => Read("../../etc"));
        Assert.Throws<StratoException>(() => Read(string.Empty));
    }

    [Theory]
    [InlineData("CVMFS_TIMEOUT=soon", "it must be a number from 0 to 2147483647")]
    [InlineData("CVMFS_MAX_RETRIES=-1", "it must be a number")]
    [InlineData("CVMFS_QUOTA_LIMIT=99999999999999999999", "it must be a number")]
    [InlineData("CVMFS_REPOSITORY_DATE=yesterday", "it must be a time such as")]
    [InlineData("CVMFS_MAGIC_XATTRS_VISIBILITY=1", "it must be rootonly, never or always")]
    [InlineData("CVMFS_XATTR_PRIVILEGED_GIDS=1,x", "it must be numbers of groups")]
    public void A_value_that_cannot_be_is_refused_with_its_place(string line, string reason)
    {
        Write("etc/default.local", line + "\n");
        StratoException error = Assert.Throws<StratoException>(() => Read("alice.cern.ch"));
        Assert.StartsWith($"{line} ({folder["etc/default.local"]}) is not valid: {reason}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Switches_pins_owners_and_attributes_are_read()
    {
        Write("etc/uids", "# map\n1000 2000\n* 65534\n\n");
        Write("etc/default.local", $"""
            CVMFS_UID_MAP={folder["etc/uids"]}
            CVMFS_REPOSITORY_TAG=v1
            CVMFS_REPOSITORY_DATE=2026-01-31T12:00:00Z
            CVMFS_ROOT_HASH=aa
            CVMFS_AUTO_UPDATE=off
            CVMFS_MAX_TTL=2
            CVMFS_KCACHE_TIMEOUT=-1
            CVMFS_QUOTA_LIMIT=-1
            CVMFS_HIDE_MAGIC_XATTRS=no
            CVMFS_XATTR_PROTECTED_XATTRS="user.a, user.b"
            CVMFS_XATTR_PRIVILEGED_GIDS=5,3
            CVMFS_WORLD_READABLE=TRUE
            CVMFS_CHECK_PERMISSIONS=yes
            CVMFS_ENFORCE_ACLS=maybe
            CVMFS_EXTERNAL_URL=http://x;http://y
            CVMFS_EXTERNAL_TIMEOUT=7
            CVMFS_MAX_SERVERS=0
            CVMFS_PROXY_RESET_AFTER=0
            CVMFS_HOST_RESET_AFTER=1800
            """);
        Append("etc/default.local", "\nCVMFS_EXTERNAL_URL='http://x;http://y'\n");
        RepositoryConfiguration configuration = Read("alice.cern.ch");
        Assert.Equal(2000u, configuration.UidMap.Map(1000));
        Assert.Equal(65534u, configuration.UidMap.Map(0));
        Assert.False(configuration.GidMap.HasEffect);
        Assert.Equal(7u, configuration.GidMap.Map(7));
        Assert.Equal("v1", configuration.RepositoryTag);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), configuration.RepositoryDate);
        Assert.Equal("aa", configuration.RootHash);
        Assert.False(configuration.AutoUpdate);
        Assert.Equal(TimeSpan.FromMinutes(2), configuration.MaxTtl);
        Assert.Equal(TimeSpan.Zero, configuration.KernelCacheTimeout);
        Assert.Null(configuration.QuotaLimit);
        Assert.Equal(MagicXattrVisibility.Always, configuration.MagicXattrVisibility);
        Assert.Equal(["user.a", "user.b"], configuration.ProtectedXattrs);
        Assert.Equal([0u, 3u, 5u], configuration.PrivilegedGroups);
        Assert.True(configuration.WorldReadable);
        Assert.True(configuration.CheckPermissions);
        Assert.False(configuration.EnforceAcls);
        Assert.Equal(["http://x", "http://y"], configuration.ExternalUrls);
        Assert.Equal(TimeSpan.FromSeconds(7), configuration.ExternalTimeout);
        Assert.Equal(TimeSpan.FromSeconds(5), configuration.ExternalTimeoutDirect);
        Assert.Null(configuration.MaxServers);
        Assert.Null(configuration.ProxyResetAfter);
        Assert.Equal(TimeSpan.FromMinutes(30), configuration.HostResetAfter);
    }

    [Theory]
    [InlineData("1 2 3")]
    [InlineData("1")]
    [InlineData("a 1")]
    [InlineData("1 *")]
    [InlineData("-1 2")]
    public void An_owner_map_that_is_none_is_refused(string line)
    {
        Write("etc/uids", line);
        Assert.Contains("line 1", Assert.Throws<StratoException>(() => OwnerMap.Read(folder["etc/uids"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://h/@fqrn@/@org@", "http://h/a.b.c/a")]
    [InlineData("@unknown@ and @", "@unknown@ and @")]
    [InlineData("user@host", "user@host")]
    [InlineData("", "")]
    public void Templates_take_the_name_in(string text, string expected) => Assert.Equal(expected, ParameterTemplate.Apply(text, "a.b.c"));

    private RepositoryConfiguration Read(string name) => new ConfigurationReader(new ConfigurationSources { Folder = folder["etc"] }).Read(name);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.WriteAllText(folder[name], text);
    }

    private void Append(string name, string text) => File.AppendAllText(folder[name], text);
}
