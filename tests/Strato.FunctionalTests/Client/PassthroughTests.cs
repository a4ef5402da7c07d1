using System.Diagnostics;
using System.Security.Cryptography;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing;
using Strato.Testing.Golden;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Client;

/// <summary>What is open and in the cache as a whole file is read by the kernel: the daemon need not run for it.</summary>
public sealed class PassthroughTests : IAsyncDisposable
{
    private const string Whole = "./sizes/exact4M1";
    private const string Chunked = "./sizes/chunked48M";

    private readonly GoldenSite site;
    private readonly TemporaryFolder folder = new();

    public PassthroughTests()
    {
        FuseRequirement.Root();
        Assert.SkipUnless(Environment.OSVersion.Version >= new Version(6, 9), "kernels before 6.9 pass nothing through");
        site = new GoldenSite(GoldenRepository.Sha1);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_open_file_is_read_while_the_daemon_stands_still()
    {
        using StratoMount mount = await StratoMount.StartAsync(site.Options, Cancellation);
        string path = Path.Combine(mount.Directory, Whole);

        // The reader's own programs lie elsewhere; both descriptors are opened before the daemon is stopped, and read afterwards.
        using ChildProcess reader = Start($"exec 3<'{path}' 4<'{path}'; echo open; {WaitForFile("go")}; cat <&3 >'{folder["first"]}'; cat <&4 >'{folder["second"]}'; echo done");
        await reader.WaitForAsync("open", Cancellation);
        Assert.Contains("2 open, 1 of them read by the kernel", await mount.TalkAsync(Cancellation, "status"), StringComparison.Ordinal);
        PosixProcess.Kill(mount.Pid, Signal.Stop).ThrowIfFailed("stop the daemon");
        try
        {
            await File.WriteAllTextAsync(folder["go"], "", Cancellation);
            await reader.WaitForAsync("done", Cancellation);
        }
        finally
        {
            PosixProcess.Kill(mount.Pid, Signal.Continue).ThrowIfFailed("let the daemon go on");
        }

        Assert.Equal(PublishedSum(Whole), await SumAsync(folder["first"]));
        Assert.Equal(PublishedSum(Whole), await SumAsync(folder["second"]));
        Assert.Equal(0, await reader.WaitAsync(Cancellation));
        await AllClosedAsync(mount);
    }

    [Theory]
    [InlineData(Chunked, "yes")]
    [InlineData(Whole, "no")]
    public async Task What_is_cut_into_chunks_or_switched_off_goes_through_the_daemon(string file, string setting)
    {
        using StratoMount mount = await StratoMount.StartAsync(site.Options with { Settings = [$"STRATO_KERNEL_PASSTHROUGH={setting}"] }, Cancellation);
        using ChildProcess reader = Start($"exec 3<'{Path.Combine(mount.Directory, file)}'; echo open; {WaitForFile("go")}; cat <&3 >'{folder["first"]}'");
        await reader.WaitForAsync("open", Cancellation);
        Assert.Contains("1 open, 0 of them read by the kernel", await mount.TalkAsync(Cancellation, "status"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["go"], "", Cancellation);
        Assert.Equal(0, await reader.WaitAsync(Cancellation));
        Assert.Equal(PublishedSum(file), await SumAsync(folder["first"]));
    }

    [Fact]
    public async Task A_file_in_chunks_is_put_together_once_it_was_read_and_then_read_by_the_kernel()
    {
        using StratoMount mount = await StratoMount.StartAsync(site.Options with { Settings = ["STRATO_ASSEMBLE_FROM=0"] }, Cancellation);
        string path = Path.Combine(mount.Directory, Chunked);
        string status;
        do
        {
            using ChildProcess reader = Start($"exec 3<'{path}'; echo open; {WaitForFile("go")}; cat <&3 >'{folder["first"]}'");
            await reader.WaitForAsync("open", Cancellation);
            status = await mount.TalkAsync(Cancellation, "status");
            await File.WriteAllTextAsync(folder["go"], "", Cancellation);
            Assert.Equal(0, await reader.WaitAsync(Cancellation));
            Assert.Equal(PublishedSum(Chunked), await SumAsync(folder["first"]));
            File.Delete(folder["go"]);
        }
        while (!status.Contains("1 open, 1 of them read by the kernel", StringComparison.Ordinal));

        // It is an entry like any other.
        Assert.Single(Directory.EnumerateFiles(Path.Combine(site.Home, "cache"), "*.whole", SearchOption.AllDirectories));
        await AllClosedAsync(mount);
    }

    [Fact]
    public async Task Many_readers_of_the_same_files_open_and_close_them_in_any_order()
    {
        using StratoMount mount = await StratoMount.StartAsync(site.Options, Cancellation);
        ChildProcess[] readers =
        [
            .. Enumerable.Range(0, 4).Select(_ => Start($"cd '{mount.Directory}/sizes' && for i in $(seq 40); do cat * >/dev/null || exit 1; sha256sum exact4M1 || exit 1; done")),
        ];
        try
        {
            foreach (ChildProcess reader in readers)
            {
                Assert.Equal(0, await reader.WaitAsync(Cancellation));
                Assert.All(reader.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith(PublishedSum(Whole), line, StringComparison.Ordinal));
            }
        }
        finally
        {
            Array.ForEach(readers, reader => reader.Dispose());
        }

        await AllClosedAsync(mount);
    }

    public async ValueTask DisposeAsync()
    {
        folder.Dispose();
        await site.DisposeAsync();
    }

    private static ChildProcess Start(string script) => ChildProcess.Start(new ProcessStartInfo("sh", ["-c", script]));

    private static async Task<string> SumAsync(string path) => Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, Cancellation)));

    // The kernel tells of a close some time after it.
    private static async Task AllClosedAsync(StratoMount mount)
    {
        while (!(await mount.TalkAsync(Cancellation, "status")).Contains(" 0 open, 0 of them read by the kernel", StringComparison.Ordinal))
        {
            await Task.Delay(20, Cancellation);
        }
    }

    private string WaitForFile(string name) => $"until [ -e '{folder[name]}' ]; do sleep 0.02; done";

    private string PublishedSum(string path) =>
        File.ReadLines(site.Repository.Expected("trunk", "sha256")).Single(line => line.EndsWith("  " + path, StringComparison.Ordinal))[..64];
}
