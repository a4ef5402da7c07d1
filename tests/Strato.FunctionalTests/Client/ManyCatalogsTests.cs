using System.Diagnostics;
using System.Globalization;
using Strato.FunctionalTests.Fuse;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Client;

/// <summary>Thousands of nested catalogs are walked in a bounded memory.</summary>
public sealed class ManyCatalogsTests : IAsyncDisposable
{
    private const int Outer = 50;
    private const int Inner = 100;

    /// <summary>Private memory of the daemon; it has some 10 MB without any catalog.</summary>
    private const long MemoryBound = 96 << 20;

    /// <summary>What a walk may add after the first one.</summary>
    private const long MostGrowth = 32 << 20;

    private readonly RepositoryFarm farm;

    public ManyCatalogsTests()
    {
        FuseRequirement.Root();
        farm = new RepositoryFarm();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => farm.DisposeAsync();

    [Fact]
    public async Task Five_thousand_nested_catalogs_are_walked_within_a_bound()
    {
        farm.Make("wide",
        [
            .. from outer in Enumerable.Range(0, Outer)
               from inner in Enumerable.Range(0, Inner)
               let directory = string.Create(CultureInfo.InvariantCulture, $"d{outer}/e{inner}")
               from file in new[] { (directory + "/.cvmfscatalog", ""), (directory + "/file", "x") }
               select file,
        ]);
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);
        Assert.Contains("0 mapped", await mount.AskAsync(Cancellation, "status"), StringComparison.Ordinal);

        Assert.Equal(2 * Outer * Inner, await WalkAsync(mount));
        long first = mount.Use().PrivateBytes;
        Assert.Contains($"{(Outer * Inner) + 1} opened", await mount.AskAsync(Cancellation, "status"), StringComparison.Ordinal);
        Assert.Equal(2 * Outer * Inner, await WalkAsync(mount));

        (long bytes, int descriptors) = mount.Use();
        Assert.True(bytes < MemoryBound, $"{bytes >> 20} MB of private memory");
        Assert.True(bytes - first < MostGrowth, $"{first >> 20} MB after one walk, {bytes >> 20} MB after two");
        Assert.True(descriptors < 1000, $"{descriptors} descriptors");
    }

    private static async Task<int> WalkAsync(StratoMount mount)
    {
        File.WriteAllText("/proc/sys/vm/drop_caches", "2");
        using ChildProcess find = ChildProcess.Start(new ProcessStartInfo("find", [Root.PathOf(mount, "wide"), "-type", "f"]));
        Assert.Equal(0, await find.WaitAsync(Cancellation));
        return find.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
    }
}
