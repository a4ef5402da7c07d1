using System.Diagnostics;
using System.Globalization;
using System.Text;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Testing.Genuine;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing.Transactions;

/// <summary>
/// Opening, publishing and dropping a transaction, killed at any moment: the revision that was announced last is whole, nothing that was written is lost before it is published or dropped,
/// and the next command succeeds by itself. STRATO_TRANSACTION_KILLS says how often.
/// </summary>
public sealed class KilledTransactionTests
{
    private static readonly int Kills =
        int.TryParse(Environment.GetEnvironmentVariable("STRATO_TRANSACTION_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out int kills) ? kills : 24;

    private static readonly string[] Commands = ["transaction", "publish", "abort"];

    private readonly Random random = new(20_261_125);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_many_moments_a_command_leaves_nothing_that_the_next_one_does_not_mend()
    {
        using TransactionHome site = TransactionHome.Create();
        Dictionary<string, TimeSpan> whole = await TimesAsync(site);
        int killed = 0;
        for (int round = 0; round < Kills; round++)
        {
            string command = Commands[round % Commands.Length];
            string file = $"f{round}";
            if (command != "transaction")
            {
                await site.RunAsync("transaction");
                await File.WriteAllTextAsync(Path.Combine(site.View, file), file, Cancellation);
            }

            killed += await KillAsync(site, command, whole[command] * random.NextDouble() * 1.1) ? 1 : 0;
            await GoOnAsync(site, command, file);
            if (round % 8 == 7)
            {
                await AssertMendedAsync(site);
            }
        }

        Assert.True(killed > 0, "every command was done before it could be killed");
        await AssertMendedAsync(site);
        if (GenuineTools.WhyAbsent is null)
        {
            ToolOutcome check = await GenuineCheck.CheckAsync(site.Home.Storage, TemporaryHome.Name, site.Home.Home.Places(TemporaryHome.Name).PublicKey, Cancellation);
            Assert.True(check.Code == 0, check.Text);
        }
    }

    // Publishes what was to be published, drops the rest; either succeeds whatever was killed.
    private static async Task GoOnAsync(TransactionHome site, string command, string file)
    {
        if (site.IsOpen)
        {
            await site.RunAsync(command == "publish" ? "publish" : "abort");
        }

        using RevisionListing revision = site.Home.List();
        Assert.Equal(command == "publish", revision.Entries.ContainsKey(RepositoryPath.Root.Append(Encoding.ASCII.GetBytes(file))));
    }

    // What a kill left behind, such as a folder without a record, is the next transaction's to remove.
    private static async Task AssertMendedAsync(TransactionHome site)
    {
        await site.RunAsync("transaction");
        await site.RunAsync("abort");
        await site.AssertCleanAsync();
    }

    private static async Task<Dictionary<string, TimeSpan>> TimesAsync(TransactionHome site)
    {
        Dictionary<string, TimeSpan> times = new(StringComparer.Ordinal);
        foreach (string command in (string[])["transaction", "publish", "transaction", "abort"])
        {
            Stopwatch watch = Stopwatch.StartNew();
            await site.RunAsync(command);
            times[command] = watch.Elapsed;
            if (command == "transaction")
            {
                await File.WriteAllTextAsync(Path.Combine(site.View, "first"), command, Cancellation);
            }
        }

        return times;
    }

    // Returns false where the command was done before it could be killed.
    private static async Task<bool> KillAsync(TransactionHome site, string command, TimeSpan after)
    {
        using ChildProcess process = site.Start(command);
        Task<int> ended = process.WaitAsync(Cancellation);
        bool isKilled = await Task.WhenAny(ended, Task.Delay(after, Cancellation)) != ended;
        if (isKilled)
        {
            process.Send(Signal.Kill);
        }

        // Its mount's daemon has its streams, and may live on: only the command's own end counts.
        while (process.IsRunning)
        {
            await Task.Delay(5, Cancellation);
        }

        return isKilled;
    }
}
