using Strato.Core;
using Strato.Posix;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing;

/// <summary>Sources that change while they are published.</summary>
public sealed class RestlessSourceTests : IDisposable
{
    private readonly TemporaryHome home = TemporaryHome.WithRepository();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_never_stands_still_fails_the_publish_by_its_name_and_publishes_nothing()
    {
        string source = home.NewFolder("source");
        string file = Path.Combine(source, "log");
        await File.WriteAllBytesAsync(file, new byte[8 * 1024 * 1024], Cancellation);
        using CancellationTokenSource stop = new();
        Task writer = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                File.AppendAllText(file, "x");
            }
        }, Cancellation);

        StratoException failure = Assert.Throws<StratoException>(() => home.Publish(source));
        await stop.CancelAsync();
        await writer;
        Assert.Contains("log", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
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
}
