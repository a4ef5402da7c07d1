using Strato.Testing;

namespace Strato.Tests.Commands;

/// <summary>Values that no command can work with are wrong usage, and the one line about them tells what is allowed.</summary>
public sealed class WrongUsageTests : IDisposable
{
    private const string Name = "wrong.example.org";
    private readonly TemporaryFolder home = new();
    private readonly CapturedHost host = new();

    [Theory]
    [InlineData("FQRN is missing", "mkfs")]
    [InlineData("'a b' is not a repository name; it has letters, digits, '.', '-' and '_', at most 60 of them, as in sft.example.org", "mkfs", "a b")]
    [InlineData("there is no command or option 'other'", "mkfs", Name, "other")]
    [InlineData("--ttl takes 1 to 2147483647 seconds, not '-1'", "mkfs", Name, "--ttl", "-1")]
    [InlineData("--ttl takes 1 to 2147483647 seconds, not '0'", "mkfs", Name, "--ttl", "0")]
    [InlineData("--ttl takes 1 to 2147483647 seconds, not 'x'", "mkfs", Name, "--ttl", "x")]
    [InlineData("--ttl takes 1 to 2147483647 seconds, not '1.5'", "mkfs", Name, "--ttl", "1.5")]
    [InlineData("--ttl takes 1 to 2147483647 seconds, not '99999999999'", "mkfs", Name, "--ttl", "99999999999")]
    [InlineData("Option '--ttl' expects a single argument but 2 were provided", "mkfs", Name, "--ttl", "1", "--ttl", "2")]
    [InlineData("Required argument missing for option: '--ttl'", "mkfs", Name, "--ttl")]
    [InlineData("--chunk-min takes 32 to 9223372036854775807 bytes, not '0'", "mkfs", Name, "--chunk-min", "0")]
    [InlineData("--chunk-avg takes 32 to 9223372036854775807 bytes, not '4M'", "mkfs", Name, "--chunk-avg", "4M")]
    [InlineData("--chunk-max takes 32 to 9223372036854775807 bytes, not '-16'", "mkfs", Name, "--chunk-max", "-16")]
    [InlineData("chunk sizes 9000000, 8388608, 16777216 do not fit: minimum (at least 32) < average (below 4 GiB) < maximum is needed", "mkfs", Name, "--chunk-min", "9000000")]
    [InlineData("chunk sizes 4194304, 5000000000, 6000000000 do not fit: minimum (at least 32) < average (below 4 GiB) < maximum is needed", "mkfs", Name, "--chunk-avg", "5000000000", "--chunk-max", "6000000000")]
    [InlineData("--hash takes one of sha1, rmd160, shake128, not 'md5'", "mkfs", Name, "--hash", "md5")]
    [InlineData("--compression takes one of zlib, zlib-fast, none, not 'lz4'", "mkfs", Name, "--compression", "lz4")]
    [InlineData("--autocatalogs-max takes 2 to 2147483647 entries, not '0'", "mkfs", Name, "--autocatalogs-max", "0")]
    [InlineData("--autocatalogs-min takes 1 to 2147483647 entries, not '-3'", "mkfs", Name, "--autocatalogs-min", "-3")]
    [InlineData("--autocatalogs-min 1000 must be less than --autocatalogs-max 500", "mkfs", Name, "--autocatalogs-max", "500")]
    [InlineData("--storage needs a value that is not empty", "mkfs", Name, "--storage", "")]
    [InlineData("--keys needs a value that is not empty", "mkfs", Name, "--keys", "")]
    [InlineData("--from needs a value that is not empty", "publish", Name, "--from", "")]
    [InlineData("'to' is not a path in a repository; it begins with a slash and has no '..', as in /software/2.1", "publish", Name, "--from", "/", "--to", "to")]
    [InlineData("'/a/../b' is not a path in a repository; it begins with a slash and has no '..', as in /software/2.1", "publish", Name, "--from", "/", "--to", "/a/../b")]
    [InlineData("cannot use the tag name 'a b': 1 to 255 letters, digits and - _ . / : are allowed", "publish", Name, "--from", "/", "--tag", "a b")]
    [InlineData("cannot use the tag name trunk: publishing sets it itself; choose another", "publish", Name, "--from", "/", "--tag", "trunk")]
    [InlineData("Option '--to' is required", "ingest", Name, "--tar", "-")]
    [InlineData("Option '--tar' is required", "ingest", Name, "--to", "/")]
    [InlineData("--tar needs a value that is not empty", "ingest", Name, "--to", "/", "--tar", "")]
    [InlineData("'to' is not a path in a repository; it begins with a slash and has no '..', as in /software/2.1", "ingest", Name, "--tar", "-", "--to", "to")]
    [InlineData("'rel' is not a path in a repository; it begins with a slash and has no '..', as in /software/2.1", "ingest", Name, "--tar", "-", "--to", "/to", "--delete", "rel")]
    [InlineData("cannot delete the repository's root; name what is to go", "ingest", Name, "--tar", "-", "--to", "/to", "--delete", "/")]
    [InlineData("the repository's root has its own catalog anyway; leave --catalog out", "ingest", Name, "--tar", "-", "--to", "/", "--catalog")]
    [InlineData("list|add|remove|prune|branches takes one of list, add, remove, prune, branches, not 'bogus'", "tag", Name, "bogus")]
    [InlineData("list|add|remove|prune|branches is missing", "tag", Name)]
    [InlineData("add needs the name of a tag", "tag", Name, "add")]
    [InlineData("remove needs the name of a tag", "tag", Name, "remove", "")]
    [InlineData("list takes no name of a tag", "tag", Name, "list", "v1")]
    [InlineData("cannot use the tag name 'v 1': 1 to 255 letters, digits and - _ . / : are allowed", "tag", Name, "add", "v 1")]
    [InlineData("--days takes 1 to 36500 days, not '0'", "resign", Name, "--days", "0")]
    [InlineData("--days takes 1 to 36500 days, not '-1'", "resign", Name, "--days", "-1")]
    [InlineData("--days takes 1 to 36500 days, not 'soon'", "resign", Name, "--days", "soon")]
    [InlineData("FQRN|URL is missing", "check")]
    [InlineData("FQRN is missing", "info")]
    [InlineData("'1' is not an IP address and a port such as 127.0.0.1:8000", "serve", "--listen", "1")]
    [InlineData("'127.0.0.1:99999' is not an IP address and a port such as 127.0.0.1:8000", "serve", "--listen", "127.0.0.1:99999")]
    [InlineData("give a repository and a directory, or --all and a directory", "mount", Name)]
    [InlineData("--quota takes 1 to 8796093022207 megabytes, not '0'", "mount", Name, "/", "--quota", "0")]
    [InlineData("--quota takes 1 to 8796093022207 megabytes, not 'much'", "mount", Name, "/", "--quota", "much")]
    [InlineData("--server needs a value that is not empty", "mount", Name, "/", "--server", "")]
    [InlineData("cannot take --set X: write NAME=VALUE", "mount", Name, "/", "--set", "X")]
    [InlineData("there is no command or option 'now'", "quickstart", "now")]
    public async Task It_is_told_in_one_line(string line, params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, await host.With("STRATO_HOME", home.Path).RunAsync(arguments));
        Assert.Equal($"strato {arguments[0]}: {line} (see 'strato {arguments[0]} --help')\n", host.Error);
        Assert.Empty(host.Output);
        Assert.Empty(Directory.GetFileSystemEntries(home.Path));
    }

    public void Dispose() => home.Dispose();
}
