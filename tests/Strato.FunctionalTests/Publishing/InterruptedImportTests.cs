using System.Globalization;
using Strato.Posix;
using Strato.Publishing.Repositories;
using Strato.Testing;
using Strato.Testing.Golden;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Publishing;

/// <summary>
/// The process that takes a repository over, killed at any moment or with a full disk, leaves the original as it was; the next try succeeds without
/// a manual step, and gives it back whole. STRATO_IMPORT_KILLS says how often (the soak: 200).
/// </summary>
public sealed class InterruptedImportTests : IDisposable
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("STRATO_IMPORT_KILLS") ?? "24", CultureInfo.InvariantCulture);

    private static readonly int[] PagesLeft = [0, 1, 2, 3, 4, 6, 9, 40];

    private readonly GoldenServer server = new(GoldenRepository.Rmd160);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Name => server.Golden.Name;

    [Fact]
    public async Task Killed_at_many_moments_it_succeeds_at_the_next_try()
    {
        string before = server.Fingerprint();
        long start = TimeProvider.System.GetTimestamp();
        await SucceedAsync(Home(0));
        TimeSpan whole = TimeProvider.System.GetElapsedTime(start);
        int killed = 0;
        for (int round = 1; round <= Kills; round++)
        {
            killed += await KillAsync(Home(round), whole * (1.1 * round / Kills)) ? 1 : 0;
            Assert.Equal(before, server.Fingerprint());
            await SucceedAsync(Home(round));
            Assert.Equal(before, server.Fingerprint());
        }

        Assert.InRange(killed, 1, Kills);
        await GiveBackAsync(Home(Kills));
        Assert.Equal(Publication(before), Publication(server.Fingerprint()));
    }

    [Fact]
    public async Task Killed_while_it_is_given_back_it_is_given_back_at_the_next_try()
    {
        string before = server.Fingerprint();
        string home = Home(0);
        TimeSpan whole = TimeSpan.Zero;
        for (int round = 0; round < Kills / 4; round++)
        {
            await SucceedAsync(home);
            long start = TimeProvider.System.GetTimestamp();
            bool isKilled = round > 0 && await KillAsync(home, whole * (4.0 * round / Kills), "--give-back");
            if (!isKilled || new RepositoryHome(home).Contains(Name))
            {
                await GiveBackAsync(home, mayBeDone: round > 0);
            }

            whole = round == 0 ? TimeProvider.System.GetElapsedTime(start) : whole;
            Assert.Empty(new RepositoryHome(home).List());
            Assert.Equal(Publication(before), Publication(server.Fingerprint()));
        }
    }

    [Fact]
    public async Task On_a_full_disk_it_says_so_and_succeeds_when_there_is_room()
    {
        Assert.SkipWhen(SmallDisk.WhyImpossible is not null, SmallDisk.WhyImpossible ?? string.Empty);
        using SmallDisk disk = new(megabytes: 4);
        string before = server.Fingerprint();
        int failures = 0;
        foreach (int pages in PagesLeft)
        {
            string home = disk[string.Create(CultureInfo.InvariantCulture, $"home{pages}")];
            disk.FillUp(pages);
            (int code, _, string error) = await ImportAsync(home);
            failures += code;
            Assert.InRange(code, 0, 1);
            Assert.True(code == 0 || (error.TrimEnd().Split('\n') is [var line] && line.Contains("No space left", StringComparison.Ordinal)), error);
            Assert.Equal(code == 0, new RepositoryHome(home).Contains(Name));
            Assert.Equal(before, server.Fingerprint());
            disk.MakeRoom();
            await SucceedAsync(home);
        }

        Assert.InRange(failures, 1, PagesLeft.Length - 1);
    }

    public void Dispose() => server.Dispose();

    // The storage; in the spool area, a session that found nothing to mend may have written down the reflog's checksum.
    private static string Publication(string fingerprint) => string.Join(
        '\n', fingerprint.Split('\n').Where(line => line.Contains("/srv/", StringComparison.Ordinal) && !line.Contains("/data/txn", StringComparison.Ordinal)));

    private string Home(int round) => server[string.Create(CultureInfo.InvariantCulture, $"home{round}")];

    private Task<(int Code, string Output, string Error)> ImportAsync(string home, params string[] options) =>
        ChildProcess.RunStratoAsync(Cancellation, ["import", Name, .. Options(home, options)]);

    private string[] Options(string home, string[] options) =>
        options.Length > 0 ? ["--home", home, .. options] : ["--home", home, "--config", server.Configuration];

    private async Task SucceedAsync(string home)
    {
        (int code, string output, string error) = await ImportAsync(home);
        Assert.True(code == 0, output + error);
        Assert.Equal([Name], new RepositoryHome(home).List());
    }

    private async Task GiveBackAsync(string home, bool mayBeDone = false)
    {
        (int code, string output, string error) = await ImportAsync(home, "--give-back");
        Assert.True(code == 0 || (mayBeDone && error.Contains("there is no repository", StringComparison.Ordinal)), output + error);
    }

    private async Task<bool> KillAsync(string home, TimeSpan after, params string[] options)
    {
        using ChildProcess import = ChildProcess.StartStrato(["import", Name, .. Options(home, options)]);
        Task<int> ended = import.WaitAsync(Cancellation);
        bool isKilled = await Task.WhenAny(ended, Task.Delay(after, Cancellation)) != ended;
        if (isKilled)
        {
            import.Send(Signal.Kill);
        }

        await ended;
        return isKilled;
    }
}
