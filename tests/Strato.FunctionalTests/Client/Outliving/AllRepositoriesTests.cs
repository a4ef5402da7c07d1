using System.Diagnostics;
using Strato.FunctionalTests.Fuse;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>A mount of all repositories outlives its daemon with everything that is attached.</summary>
public sealed class AllRepositoriesTests : IAsyncDisposable
{
    private const int Kills = 5;

    private readonly RepositoryFarm farm;

    public AllRepositoriesTests()
    {
        FuseRequirement.Root();
        farm = new RepositoryFarm();
        foreach (string name in new[] { "one", "two", "three" })
        {
            farm.Make(name, ("file", $"old {name}"));
        }

        farm.Publish("one", "second", ("file", "new one"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => farm.DisposeAsync();

    [Fact]
    public async Task Attachments_private_ones_and_working_directories_are_what_they_were()
    {
        using HeldMount mount = await HeldMount.StartAsync(farm.Options, TimeSpan.FromMinutes(3), Cancellation);
        string hidden = await mount.TalkAsync(Cancellation, "attach", RepositoryFarm.Name("one"), "--tag", "first");
        string[] names = [RepositoryFarm.Name("one"), RepositoryFarm.Name("two"), hidden];
        string[] before = await Task.WhenAll(names.Select(name => LookAsync(mount, name)));
        Assert.Contains("new one", before[0], StringComparison.Ordinal);
        Assert.Contains("old one", before[2], StringComparison.Ordinal);

        string stop = Path.Combine(farm.Options.Home, "stop");
        string inside = $"while [ ! -e {stop} ]; do cat file || exit 1; sleep 0.1; done";
        ProcessStartInfo loop = new("sh", ["-c", inside]) { WorkingDirectory = Path.Combine(mount.Directory, names[1]) };
        using ChildProcess resident = ChildProcess.Start(loop);
        for (int kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(300, Cancellation);
            mount.DropNames();
            await mount.Processes.ReplaceDaemonAsync(Cancellation);
            Assert.Equal(before, await Task.WhenAll(names.Select(name => LookAsync(mount, name))));
        }

        // Never looked up before, and attached by a successor.
        Assert.Contains("old three", await LookAsync(mount, RepositoryFarm.Name("three")), StringComparison.Ordinal);
        await File.WriteAllTextAsync(stop, "", Cancellation);
        Assert.Equal(0, await resident.WaitAsync(Cancellation));
        Assert.DoesNotContain("failed", mount.Log, StringComparison.Ordinal);
        Assert.Equal((0, ""), await mount.UnmountAsync(Cancellation));
        Assert.Empty(mount.Processes.All());
    }

    /// <summary>The inode of a repository's root, and what its file holds, seen by another process.</summary>
    private static async Task<string> LookAsync(HeldMount mount, string name)
    {
        string root = Path.Combine(mount.Directory, name);
        using ChildProcess look = ChildProcess.Start(new ProcessStartInfo("sh", ["-c", $"stat -c %i {root} && cat {root}/file"]));
        int code = await look.WaitAsync(Cancellation);
        Assert.True(code == 0, look.Error);
        return look.Output;
    }
}
