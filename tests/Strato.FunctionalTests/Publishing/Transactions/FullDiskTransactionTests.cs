using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Testing;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.FunctionalTests.Publishing.Transactions;

/// <summary>
/// Transactions on disks with room for so many more pages: what fails says in one line what is full and leaves the transaction open, dropping needs no room, and publishing
/// succeeds as soon as there is some.
/// </summary>
public sealed class FullDiskTransactionTests : IDisposable
{
    private static readonly int[] PagesLeft = [0, 2, 6, 16, 60];

    private readonly SmallDisk disk;

    public FullDiskTransactionTests()
    {
        Assert.SkipWhen(SmallDisk.WhyImpossible is not null, SmallDisk.WhyImpossible ?? string.Empty);
        disk = new SmallDisk(megabytes: 48);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_is_full()
    {
        string home = disk["home"];
        RepositoryMaker.Run(
            new MakeRepositoryRequest { Settings = TemporaryHome.SmallChunks with { Storage = disk["storage"] } },
            new OperationContext { Home = new RepositoryHome(home) });
        using TransactionHome site = TransactionHome.Of(home);
        int failures = 0;
        foreach (int pages in PagesLeft)
        {
            failures += await TransactAsync(site, pages);
        }

        Assert.InRange(failures, 1, (2 * PagesLeft.Length) - 1);
        await site.AssertCleanAsync();
    }

    public void Dispose() => disk?.Dispose();

    private async Task<int> TransactAsync(TransactionHome site, int pages)
    {
        disk.FillUp(pages);
        int failures = await FailsInOneLineAsync(site, "transaction") ? 1 : 0;
        disk.MakeRoom();
        if (failures == 0)
        {
            await site.RunAsync("abort");
        }

        // What was written before the disk became full is published once there is room.
        await site.RunAsync("transaction");
        await File.WriteAllBytesAsync(Path.Combine(site.View, $"f{pages}"), TreeContent.Random((ulong)pages, 50_000), Cancellation);
        disk.FillUp(pages);
        bool failed = await FailsInOneLineAsync(site, "publish");
        disk.MakeRoom();
        if (failed)
        {
            failures++;
            Assert.True(site.IsOpen);
            await site.RunAsync("publish");
        }

        site.AssertWhole();

        // Dropping is what makes room.
        await site.RunAsync("transaction");
        Assert.True(File.Exists(Path.Combine(site.View, $"f{pages}")));
        await File.WriteAllTextAsync(Path.Combine(site.View, "dropped"), "dropped", Cancellation);
        disk.FillUp(0);
        await site.RunAsync("abort");
        disk.MakeRoom();
        return failures;
    }

    private static async Task<bool> FailsInOneLineAsync(TransactionHome site, string command)
    {
        using ChildProcess process = site.Start(command);
        int code = await process.WaitAsync(Cancellation);
        if (code != 0)
        {
            string text = process.Error;
            Assert.Equal(1, code);
            Assert.Contains("no space left on device", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("unexpected", text, StringComparison.Ordinal);
        }

        return code != 0;
    }
}
