using Strato.FunctionalTests.Client;
using Strato.Posix;
using Strato.Testing.Conformance;
using Strato.Testing.Fuse;
using Strato.Testing.Mounting;

namespace Strato.FunctionalTests.Conformance;

/// <summary>The file system conformance kit on mounts of Strato, and on the kernel's own ext4 for the truth of the kit itself.</summary>
public sealed class ConformanceTests(ConformanceFixture fixture) : IClassFixture<ConformanceFixture>
{
    /// <summary>What a user cannot try; each of them says so.</summary>
    private static readonly string[] RootOnly =
    [
        "describing/one inode for each", "permitting/another root", "permitting/opened before", "permitting/real and effective users", "permitting/root",
        "permitting/without the group", "seeking/while the kernel forgets",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ConformanceSite Site => fixture.Site;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kernels_ext4_passes(bool asUser) => AssertPassed(await Site.Kit.RunAsync(Site.Image.Directory, asUser, Cancellation), asUser);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mount_of_root_passes(bool asUser)
    {
        using StratoMount mount = await StratoMount.StartAsync(Site.MountOptions($"root-{asUser}"), Cancellation);

        AssertPassed(await Site.Kit.RunAsync(mount.Directory, asUser, Cancellation), asUser);
    }

    [Fact]
    public async Task Mount_of_a_user_passes_for_him()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/fusermount3"), "fusermount3 (package fuse3) is not installed");
        using OpenedDevice device = new();
        using StratoMount mount = await StratoMount.StartAsync(Site.MountOptions("user") with { UserId = ConformanceKit.UserId }, Cancellation);

        AssertPassed(await Site.Kit.RunAsync(mount.Directory, asUser: true, Cancellation), asUser: true);
        Assert.Equal(Errno.EACCES, Root.Look(mount.Directory + "/content"));
    }

    [Fact]
    public async Task Directory_that_changes_in_place_passes()
    {
        using Ext4Image changing = Site.Image.Copy();

        AssertPassed(await Site.Kit.RunOverSwitchAsync(
            changing.Directory,
            asUser: false,
            () =>
            {
                ConformanceChange.Apply(changing.Directory);
                return Task.CompletedTask;
            },
            Cancellation));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mount_passes_over_a_revision_switch(bool passesThrough)
    {
        Site.ShowFirst();
        StratoMountOptions options = Site.MountOptions($"switch-{passesThrough}", $"STRATO_KERNEL_PASSTHROUGH={(passesThrough ? "yes" : "no")}");
        using StratoMount mount = await StratoMount.StartAsync(options, Cancellation);

        AssertPassed(await Site.Kit.RunOverSwitchAsync(
            mount.Directory,
            asUser: false,
            async () =>
            {
                Site.ShowSecond();
                Assert.Contains("is shown now", await mount.AskAsync(Cancellation, "remount"), StringComparison.Ordinal);
            },
            Cancellation));
    }

    /// <summary>
    /// What is held goes on over any order of switches and deaths of the daemon: its successors know what was shown. They do not know which names the kernel was told
    /// to be absent, which it believes for five minutes.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mount_passes_over_a_revision_switch_and_the_death_of_its_daemon(bool diesBefore)
    {
        Site.ShowFirst();
        using HeldMount mount = await HeldMount.StartAsync(Site.MountOptions($"killed-{diesBefore}"), TimeSpan.FromMinutes(3), Cancellation);
        await mount.Processes.WaitForHolderAsync(null, Cancellation);

        ConformanceReport report = await Site.Kit.RunOverSwitchAsync(
            mount.Directory,
            asUser: false,
            async () =>
            {
                if (diesBefore)
                {
                    await mount.Processes.ReplaceDaemonAsync(Cancellation);
                }

                Site.ShowSecond();
                Assert.Contains("is shown now", await RemountAsync(mount), StringComparison.Ordinal);
                await mount.Processes.ReplaceDaemonAsync(Cancellation);
            },
            Cancellation);

        string[] allowed = diesBefore ? ["switching/entries that go and come"] : [];
        Assert.Equal(allowed, report.Failures.Select(result => result.Check));
        Assert.Empty(report.Skipped);
        Assert.Equal((0, ""), await mount.UnmountAsync(Cancellation));
    }

    [Fact]
    public async Task Repository_below_a_mount_of_all_passes()
    {
        StratoMountOptions one = Site.MountOptions("all");
        using StratoMount mount = await StratoMount.StartAsync(one with { Repository = null }, Cancellation);

        AssertPassed(await Site.Kit.RunAsync(Path.Combine(mount.Directory, one.Repository!), asUser: false, Cancellation));
    }

    /// <summary>That the kit can fail: each defect is found by the checks that are about it.</summary>
    [Fact]
    public async Task Planted_defects_are_found()
    {
        using Ext4Image damaged = Site.Image.Copy();
        ConformanceDefects.Plant(damaged.Directory);
        damaged.Remount("ro,suid,dev");

        ConformanceReport report = await Site.Kit.RunAsync(damaged.Directory, asUser: false, Cancellation);

        Assert.Equal(ConformanceDefects.FoundBy, report.Failures.Select(result => result.Check).Order(StringComparer.Ordinal));
    }

    /// <summary>That the kit can fail: a file system that can be written, and a tree that does not change.</summary>
    [Fact]
    public async Task Writable_tree_and_one_that_stays_as_it_is_fail()
    {
        using Ext4Image writable = Site.Image.Copy();

        ConformanceReport written = await Site.Kit.RunAsync(writable.Directory, asUser: false, Cancellation, "changing");
        ConformanceReport stays = await Site.Kit.RunOverSwitchAsync(Site.Image.Directory, asUser: false, () => Task.CompletedTask, Cancellation);

        Assert.Equal(written.Count - 1, written.Failures.Count);
        Assert.DoesNotContain(written.Failures, result => result.Check == "changing/pipes work");
        Assert.All(stays.Failures, result => Assert.StartsWith("switching/", result.Check, StringComparison.Ordinal));
        Assert.Contains(stays.Failures, result => result.Check == "switching/contents by path");
        Assert.Contains(stays.Failures, result => result.Check == "switching/listings half-way");
    }

    /// <summary>A successor answers requests before it takes commands.</summary>
    private static async Task<string> RemountAsync(HeldMount mount)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                return await mount.TalkAsync(Cancellation, "remount");
            }
            catch (InvalidOperationException) when (tries < 300)
            {
                await Task.Delay(100, Cancellation);
            }
        }
    }

    private static void AssertPassed(ConformanceReport report, bool asUser = false)
    {
        Assert.Empty(report.Failures);
        Assert.Equal(asUser ? RootOnly : [], report.Skipped.Select(result => result.Check).Order(StringComparer.Ordinal));
    }
}
