using System.Globalization;
using Strato.FunctionalTests.Fuse;
using Strato.Testing.Mounting;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Client;

/// <summary>Mounts that are kept at a revision, and the way back to an older one.</summary>
public sealed class RevisionPinTests : IAsyncDisposable
{
    private readonly RepositoryFarm farm;
    private readonly string name = RepositoryFarm.Name("one");
    private readonly DateTimeOffset between;

    public RevisionPinTests()
    {
        FuseRequirement.Device();
        farm = new RepositoryFarm();
        farm.Make("one", ("file", "two"));

        // Tags know whole seconds.
        Thread.Sleep(TimeSpan.FromMilliseconds(1100));
        between = DateTimeOffset.UtcNow;
        Thread.Sleep(TimeSpan.FromMilliseconds(1100));
        farm.Publish("one", "second", ("file", "three"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => farm.DisposeAsync();

    [Fact]
    public async Task Tags_numbers_dates_and_root_hashes_keep_their_revision()
    {
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);
        string date = between.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string first = await mount.AskAsync(Cancellation, "attach", name, "CVMFS_REPOSITORY_TAG=first");
        using System.Text.Json.JsonDocument report = System.Text.Json.JsonDocument.Parse(await mount.TalkAsync(Cancellation, "revision", first, "--json"));
        string root = report.RootElement.GetProperty("root_hash").GetString()!;
        string[] old =
        [
            first,
            await mount.TalkAsync(Cancellation, "attach", name, "--revision", "2"),
            await mount.TalkAsync(Cancellation, "attach", name, "--date", date),
            await mount.TalkAsync(Cancellation, "attach", name, "--root-hash", root),
        ];

        farm.Publish("one", "third", ("file", "four"));
        await mount.TalkAsync(Cancellation, "remount");

        Assert.All(old, pinned => Assert.Equal("two", Read(mount, pinned)));
        Assert.Equal(4, old.Distinct().Count());
        Assert.Equal("three", Read(mount, await mount.TalkAsync(Cancellation, "attach", name, "--revision", "3")));
        Assert.Equal("four", Read(mount, await mount.TalkAsync(Cancellation, "attach", name, "--revision", "4")));
        InvalidOperationException none = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "attach", name, "--revision", "99"));
        Assert.Contains("revision 99", none.Message, StringComparison.Ordinal);
        InvalidOperationException still = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "remount", first));
        Assert.Contains("tag first", still.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameter_files_pin_as_options_do()
    {
        farm.Configure($"config.d/{name}.conf", "CVMFS_REPOSITORY_TAG=first");
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);

        Assert.Equal("two", Read(mount, name));
        Assert.Equal("two", Read(mount, await mount.AskAsync(Cancellation, "attach", name, "CVMFS_MAX_TTL=7")));
    }

    [Fact]
    public async Task A_branch_that_is_not_there_is_refused()
    {
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);
        InvalidOperationException none = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "attach", name, "--branch", "nowhere"));
        Assert.Contains("there is no such branch", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pins_exclude_each_other()
    {
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => mount.TalkAsync(Cancellation, "attach", name, "--tag", "first", "--revision", "2"));
        Assert.Contains("exclude each other", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_revision_is_accepted_only_when_somebody_says_so_and_then_for_good()
    {
        byte[] older = File.ReadAllBytes(farm.Manifest("one"));
        farm.Publish("one", "third", ("file", "four"));
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);
        Assert.Equal("four", Read(mount, name));
        File.WriteAllBytes(farm.Manifest("one"), older);
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "remount", name));
        Assert.Contains("--accept-older", refused.Message, StringComparison.Ordinal);
        Assert.Equal("four", Read(mount, name));

        Assert.Equal("revision 3 is shown now, after 4", await mount.TalkAsync(Cancellation, "remount", name, "--accept-older"));

        Assert.Equal("three", Read(mount, name));
        Assert.Equal("revision 3 is the newest", await mount.TalkAsync(Cancellation, "remount", name));
        using StratoMount another = await StratoMount.StartAsync(farm.Options, Cancellation);
        Assert.Equal("three", Read(another, name));
    }

    [Fact]
    public async Task A_name_that_is_refused_for_its_age_is_attached_when_somebody_accepts_it()
    {
        byte[] older = File.ReadAllBytes(farm.Manifest("one"));
        farm.Publish("one", "third", ("file", "four"));
        using (StratoMount seen = await StratoMount.StartAsync(farm.Options, Cancellation))
        {
            Assert.Equal("four", Read(seen, name));
        }

        File.WriteAllBytes(farm.Manifest("one"), older);
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);
        Assert.Equal(Posix.Errno.EIO, Root.Look(Path.Combine(mount.Directory, name)));

        Assert.Equal("revision 3 is attached now", await mount.TalkAsync(Cancellation, "remount", name, "--accept-older"));
        Assert.Equal("three", Read(mount, name));
    }

    private static string Read(StratoMount mount, string root) => File.ReadAllText(Path.Combine(mount.Directory, root, "file"));
}
