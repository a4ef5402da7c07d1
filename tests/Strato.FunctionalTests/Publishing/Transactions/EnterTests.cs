using Strato.Posix;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.FunctionalTests.Publishing.Transactions;

/// <summary>A throw-away view of a repository: nothing of it is seen outside, and nothing stays.</summary>
public sealed class EnterTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_sees_and_changes_the_repository_and_leaves_nothing()
    {
        using TransactionHome site = WithFile();
        string place = site.Home.NewFolder("place");
        string output = await site.RunAsync("enter", "--at", place, "--", "/bin/sh", "-c", "cat f; echo changed > f; rm -r d; mkdir new; ls; pwd; echo $STRATO_ENTERED");
        Assert.Equal(["content", "f", "new", place, TemporaryHome.Name], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(Directory.GetFileSystemEntries(place));
        await AssertGoneAsync(site);
    }

    [Fact]
    public async Task The_exit_code_is_the_commands_and_a_missing_one_is_told()
    {
        using TransactionHome site = WithFile();
        using ChildProcess seven = site.Start("enter", "--", "/bin/sh", "-c", "exit 7");
        Assert.Equal(7, await seven.WaitAsync(Cancellation));
        Assert.Contains("cannot run /no/such/program", await site.FailAsync("enter", "--", "/no/such/program"), StringComparison.Ordinal);
        await AssertGoneAsync(site);
    }

    [Fact]
    public async Task Killed_it_leaves_no_mount_and_no_daemon_and_the_next_one_its_folder()
    {
        using TransactionHome site = WithFile();
        using (ChildProcess killed = site.Start("enter", "--", "/bin/sh", "-c", "echo inside $$; exec sleep 600"))
        {
            await killed.WaitForAsync("inside", Cancellation);
            int program = int.Parse(killed.Output.Trim().Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
            killed.Send(Signal.Kill);

            // The program in the view has the command's streams: only when it has ended, too, do they.
            PosixProcess.Kill(program, Signal.Kill).ThrowIfFailed("end the program in the view");
            await killed.WaitAsync(Cancellation);
        }

        await site.WaitForDaemonsAsync();
        await site.RunAsync("enter", "--", "/bin/true");
        await AssertGoneAsync(site);
    }

    private static TransactionHome WithFile()
    {
        TransactionHome site = TransactionHome.Create();
        string tree = site.Home.NewFolder("tree");
        using (TreeBuilder builder = new(tree))
        {
            builder.File("f"u8, "content\n"u8);
            builder.Directory("d"u8);
        }

        site.Home.Publish(tree);
        return site;
    }

    private static async Task AssertGoneAsync(TransactionHome site)
    {
        Assert.Empty(Directory.GetDirectories(site.Home.Home.Places(TemporaryHome.Name).Folder, "enter-*"));
        using (RevisionListing revision = site.Home.List())
        {
            Assert.Equal(["/", "/d", "/f"], revision.Entries.Keys.Select(path => path.ToString()));
        }

        await site.AssertCleanAsync();
    }
}
