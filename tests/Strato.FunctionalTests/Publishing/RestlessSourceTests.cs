using System.Diagnostics;
using Strato.Core;
using Strato.Posix;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing;

/// <summary>Sources of real files that fail or change while they are published.</summary>
public sealed class RestlessSourceTests : IDisposable
{
    private readonly TemporaryHome home = TemporaryHome.WithRepository();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named_and_nothing_is_published()
    {
        string source = home.NewFolder("source");
        string file = Path.Combine(source, "unreadable");
        File.WriteAllText(Path.Combine(source, "before"), "content");
        File.WriteAllText(file, "");
        await MakeUnreadableAsync(file);
        try
        {
            Exception failure = Assert.ThrowsAny<Exception>(() => home.Publish(source));
            Assert.True(failure is StratoException or PosixException, failure.ToString());
            Assert.Contains(file, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', failure.Message);
            using RevisionListing listing = home.List();
            Assert.Single(listing.Entries);
        }
        finally
        {
            await MakeReadableAsync(file);
        }

        Assert.Empty(home.Check());
        Assert.True(home.Publish(source).IsChanged);
    }

    [Fact]
    public async Task Files_that_come_and_go_meanwhile_are_published_whole_or_named()
    {
        string source = home.NewFolder("source");
        using CancellationTokenSource stop = new();
        Task writer = Task.Run(() =>
        {
            for (int turn = 0; !stop.IsCancellationRequested; turn++)
            {
                string file = Path.Combine(source, $"{turn % 500}");
                if (turn / 500 % 2 == 0)
                {
                    File.WriteAllText(file, new string('x', 20_000));
                }
                else
                {
                    File.Delete(file);
                }
            }
        }, Cancellation);

        for (int attempt = 0; attempt < 5; attempt++)
        {
            try
            {
                home.Publish(source);
            }
            catch (Exception failure) when (failure is StratoException or PosixException)
            {
                Assert.Contains(source, failure.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', failure.Message);
            }

            Assert.Empty(home.Check());
        }

        await stop.CancelAsync();
        await writer;
        home.Publish(source);
        Assert.Empty(home.Check());
    }

    public void Dispose() => home.Dispose();

    // Root may read everything, but for a file that fails: the loopback has no speed.
    private static async Task MakeUnreadableAsync(string file)
    {
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("mount", "--bind", "/sys/class/net/lo/speed", file);
        }
        else
        {
            File.SetUnixFileMode(file, UnixFileMode.None);
        }
    }

    private static async Task MakeReadableAsync(string file)
    {
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("umount", file);
        }
        else
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static async Task RunAsync(string program, params IEnumerable<string> arguments)
    {
        using ChildProcess process = ChildProcess.Start(new ProcessStartInfo(program, arguments));
        Assert.True(await process.WaitAsync(Cancellation) == 0, process.Error);
    }
}
