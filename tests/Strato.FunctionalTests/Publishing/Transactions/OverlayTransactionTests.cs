using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Strato.Posix;
using Strato.Testing.Genuine;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.FunctionalTests.Publishing.Transactions;

/// <summary>Transactions whose view is a kernel overlay above a mount of the repository.</summary>
public sealed class OverlayTransactionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_done_in_the_view_is_what_publishing_the_changed_tree_gives()
    {
        using TransactionHome site = TransactionHome.Create();
        using TemporaryHome plain = TemporaryHome.WithRepository();
        string tree = site.Home.NewFolder("tree");
        TreeFeatures features = TreeSupport.In(tree);
        VariedTree.Create(tree, features);
        site.Home.Publish(tree);
        await site.RunAsync("transaction");

        VariedTree.Change(site.View, features);
        VariedTree.Change(tree, features);

        await site.RunAsync("publish", "--tag", "changed", "--message", "by hand");
        plain.Publish(tree);
        using RevisionListing sealedRevision = site.Home.List("changed");
        using RevisionListing expected = plain.List();
        Assert.Equal(Lines(expected), Lines(sealedRevision));
        Assert.Equal(expected.Catalogs.Keys, sealedRevision.Catalogs.Keys);
        await site.AssertCleanAsync();
        if (GenuineTools.WhyAbsent is null)
        {
            ToolOutcome check = await GenuineCheck.CheckAsync(site.Home.Storage, TemporaryHome.Name, site.Home.Home.Places(TemporaryHome.Name).PublicKey, Cancellation);
            Assert.True(check.Code == 0, check.Text);
        }
    }

    [Fact]
    public async Task What_is_copied_up_but_unchanged_is_not_stored_again()
    {
        using TransactionHome site = TransactionHome.Create();
        string tree = site.Home.NewFolder("tree");
        using (TreeBuilder builder = new(tree))
        {
            builder.Directory("d"u8);
            builder.File("d/large"u8, TreeContent.Random(1, 100_000));
        }

        site.Home.Publish(tree);
        await site.RunAsync("transaction");
        string file = Path.Combine(site.View, "d", "large");
        using (File.Open(file, FileMode.Open, FileAccess.ReadWrite))
        {
            // Opening it for writing is enough to have it copied.
        }

        string output = await site.RunAsync("publish", "--json");
        using JsonDocument report = JsonDocument.Parse(output);
        Assert.Equal(1, report.RootElement.GetProperty("files_read").GetInt64());
        Assert.Equal(0, report.RootElement.GetProperty("new_objects").GetInt64());
        Assert.False(report.RootElement.GetProperty("changed").GetBoolean());
        await site.AssertCleanAsync();
    }

    [Fact]
    public async Task A_directory_replaced_renamed_or_removed_and_a_hard_link_that_was_broken()
    {
        using TransactionHome site = TransactionHome.Create();
        string tree = site.Home.NewFolder("tree");
        using (TreeBuilder builder = new(tree))
        {
            foreach (string name in (string[])["replaced", "moved", "gone", "catalog"])
            {
                builder.Directory(Encoding.ASCII.GetBytes(name));
                builder.File(Encoding.ASCII.GetBytes($"{name}/f"), Encoding.ASCII.GetBytes(name));
            }

            builder.File("catalog/.cvmfscatalog"u8, []);
            builder.File("a"u8, "linked"u8);
            builder.HardLink("a"u8, "b"u8);
            builder.HardLink("a"u8, "c"u8);
        }

        site.Home.Publish(tree);
        await site.RunAsync("transaction");
        using (TreeBuilder view = new(site.View))
        {
            view.Remove("replaced"u8);
            view.Directory("replaced"u8);
            view.File("replaced/g"u8, "g"u8);
            view.Directory("renamed"u8);
            view.File("renamed/f"u8, "moved"u8);
            view.Remove("moved"u8);
            view.Remove("gone"u8);
            view.Remove("catalog/.cvmfscatalog"u8);
            view.Remove("a"u8);
            view.Node("fifo"u8, FileType.Fifo);
        }

        await site.RunAsync("publish");
        using RevisionListing revision = site.Home.List();
        Assert.Equal(
            ["/", "/b", "/c", "/catalog", "/catalog/f", "/fifo", "/renamed", "/renamed/f", "/replaced", "/replaced/g"],
            revision.Entries.Keys.Select(path => path.ToString()).Order(StringComparer.Ordinal));
        Assert.Single(revision.Catalogs);
        Assert.Equal(2u, revision.Entries.Values.Single(entry => entry.Path.ToString() == "/b").Entry.Linkcount);
        await site.AssertCleanAsync();
    }

    [Fact]
    public async Task Who_uses_the_view_is_named_and_force_publishes_all_the_same()
    {
        using TransactionHome site = TransactionHome.Create();
        await site.RunAsync("transaction");
        await File.WriteAllTextAsync(Path.Combine(site.View, "f"), "f", Cancellation);
        using ChildProcess user = ChildProcess.Start(new ProcessStartInfo("/bin/sleep", ["600"]) { WorkingDirectory = site.View });

        string refused = await site.FailAsync("publish");
        Assert.Contains($"sleep (process {user.Id}, in /) uses {site.View}", refused, StringComparison.Ordinal);
        Assert.True((await site.StatusAsync()).GetProperty("shown").GetBoolean());
        await site.RunAsync("publish", "--force");
        user.Send(Signal.Kill);
        await user.WaitAsync(Cancellation);
        await site.AssertCleanAsync();
    }

    [Fact]
    public async Task Dropping_needs_nobodys_consent()
    {
        using TransactionHome site = TransactionHome.Create();
        await site.RunAsync("transaction");
        using ChildProcess user = ChildProcess.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec 3>open; while echo x >&3; do sleep 0.01; done"]) { WorkingDirectory = site.View });
        Assert.Contains("is dropped", await site.RunAsync("abort"), StringComparison.Ordinal);
        Assert.Contains("no transaction", await site.RunAsync("abort"), StringComparison.Ordinal);
        user.Send(Signal.Kill);
        await user.WaitAsync(Cancellation);
        await site.AssertCleanAsync();
    }

    [Fact]
    public async Task After_a_restart_of_the_machine_the_changes_are_there()
    {
        using TransactionHome site = TransactionHome.Create();
        await site.RunAsync("transaction");
        await File.WriteAllTextAsync(Path.Combine(site.View, "before"), "before", Cancellation);
        site.Unmount();
        await site.WaitForDaemonsAsync();
        Assert.False((await site.StatusAsync()).GetProperty("shown").GetBoolean());

        await site.RunAsync("transaction", "--resume");
        Assert.Equal("before", await File.ReadAllTextAsync(Path.Combine(site.View, "before"), Cancellation));
        await File.WriteAllTextAsync(Path.Combine(site.View, "after"), "after", Cancellation);
        site.Unmount();
        await site.RunAsync("publish");

        using RevisionListing revision = site.Home.List();
        Assert.Equal(["/", "/after", "/before"], revision.Entries.Keys.Select(path => path.ToString()));
        await site.AssertCleanAsync();
    }

    [Fact]
    public async Task Waiting_ends_when_the_other_transaction_does()
    {
        using TransactionHome site = TransactionHome.Create();
        await site.RunAsync("transaction");
        Assert.Contains("has a transaction open", await site.FailAsync("transaction", "--wait=1"), StringComparison.Ordinal);
        using ChildProcess waiting = site.Start("transaction", "--wait");
        await site.RunAsync("abort");
        Assert.Equal(0, await waiting.WaitAsync(Cancellation));
        Assert.True((await site.StatusAsync()).GetProperty("open").GetBoolean());
        await site.RunAsync("abort");
        await site.AssertCleanAsync();
    }

    [Fact]
    public async Task A_view_elsewhere_shows_a_template_and_changes_of_its_path_only()
    {
        using TransactionHome site = TransactionHome.Create();
        string tree = site.Home.NewFolder("tree");
        VariedTree.Create(tree, TreeSupport.In(tree));
        site.Home.Publish(tree);
        string place = site.Home.NewFolder("place");
        using ChildProcess opened = ChildProcess.StartStrato(
            "transaction", $"{TemporaryHome.Name}/copy", "--at", place, "--template", "/nested=/copy", "--home", site.Home.Home.Directory);
        Assert.Equal(0, await opened.WaitAsync(Cancellation));
        Assert.Equal(place, opened.Output.Trim());
        TreeListing original = TreeListing.Read(Path.Combine(place, "nested"));
        TreeListing copy = TreeListing.Read(Path.Combine(place, "copy"));
        Assert.Empty(TreeComparison.Differences(original, copy, TreeComparisonOptions.None));

        await File.WriteAllTextAsync(Path.Combine(place, "outside"), "outside", Cancellation);
        Assert.Contains("/outside changed too", await site.FailAsync("publish"), StringComparison.Ordinal);
        File.Delete(Path.Combine(place, "outside"));
        await File.WriteAllTextAsync(Path.Combine(place, "copy", "inside"), "inside", Cancellation);
        await site.RunAsync("publish");
        Assert.Empty(Directory.GetFileSystemEntries(place));
        await site.AssertCleanAsync();
    }

    // Everything but times of directories, which move with what is done in them, and numbers of hard-link groups. Of a file with several names that is changed
    // through one, a kernel overlay changes that name alone.
    // A marker that the dirtab asks for is as old as the revision that made it; a directory's time is that of its last change.
    private static bool HasTimeOfItsOwn(RevisionEntry entry) =>
        !entry.Entry.IsDirectory && !entry.Path.ToString().EndsWith("/.cvmfscatalog", StringComparison.Ordinal);

    private static IEnumerable<string> Lines(RevisionListing revision) => revision.Entries.Values
        .Where(entry => !entry.Path.ToString().StartsWith("/links", StringComparison.Ordinal))
        .Select(entry => string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Path} {entry.Entry.Mode:x} {entry.Entry.Uid}:{entry.Entry.Gid} {(entry.Entry.IsDirectory ? 0 : entry.Entry.Size)} {(HasTimeOfItsOwn(entry) ? entry.Entry.Mtime : 0)} {entry.Entry.Hash} {Encoding.Latin1.GetString(entry.Entry.Symlink)} links {entry.Entry.Linkcount} xattrs {Describe(entry.Entry.Xattrs)} chunks {entry.Chunks.Count} in {entry.Catalog}"));

    private static string Describe(Core.Catalogs.ExtendedAttributes attributes) =>
        string.Join(',', attributes.Select(attribute => $"{Encoding.Latin1.GetString(attribute.Name.Span)}={Convert.ToHexString(attribute.Value.Span)}"));
}
