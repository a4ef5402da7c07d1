using System.Diagnostics;
using System.Globalization;
using System.Text;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Client;

/// <summary>Revision after revision under readers, a working directory and a bind mount. STRATO_SWITCHES says how many.</summary>
public sealed class RevisionEnduranceTests : IAsyncDisposable
{
    private const int Readers = 4;

    /// <summary>What the process may need more in the end than after a quarter: less than a few kilobytes for each switch.</summary>
    private const long MostGrowth = 24 << 20;

    /// <summary>512 files of the cache stay open that nobody reads any more; two seconds of revisions keep their catalogs.</summary>
    private const int MostDescriptors = 900;

    private static readonly int Switches =
        int.TryParse(Environment.GetEnvironmentVariable("STRATO_SWITCHES"), CultureInfo.InvariantCulture, out int wanted) ? wanted : 200;

    private readonly RepositoryFarm farm;

    public RevisionEnduranceTests()
    {
        FuseRequirement.Root();
        farm = new RepositoryFarm();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => farm.DisposeAsync();

    [Fact]
    public async Task Readers_see_whole_revisions_only_and_nothing_that_is_in_use_is_lost()
    {
        farm.Make("one", Content(0));
        List<byte[]> manifests = [File.ReadAllBytes(farm.Manifest("one"))];
        for (int number = 1; number <= Switches; number++)
        {
            farm.Publish("one", null, Content(number));
            manifests.Add(File.ReadAllBytes(farm.Manifest("one")));
        }

        File.WriteAllBytes(farm.Manifest("one"), manifests[0]);
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);
        string directory = Root.PathOf(mount, "one", "stays");
        using ChildProcess worker = ChildProcess.Start(new ProcessStartInfo("sleep", ["600"]) { WorkingDirectory = directory });
        string bound = Directory.CreateTempSubdirectory("strato-bind-").FullName;
        Mounts.Mount(Encoding.UTF8.GetBytes(directory), Encoding.UTF8.GetBytes(bound), default, MountFlags.Bind, default).ThrowIfFailed("bind");
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<long>[] readers = [.. Enumerable.Range(0, Readers).Select(_ => Task.Factory.StartNew(
            () => ReadOn(Root.PathOf(mount, "one"), stop.Token), Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        try
        {
            ulong inode = Root.StatusOf(directory).Inode;
            using FileStream first = File.OpenRead(Root.PathOf(mount, "one", "file"));
            (long Bytes, int Descriptors) early = default;
            for (int number = 1; number <= Switches; number++)
            {
                string fresh = farm.Manifest("one") + ".fresh";
                File.WriteAllBytes(fresh, manifests[number]);
                File.Move(fresh, farm.Manifest("one"), overwrite: true);
                Assert.Contains("is shown now", await mount.AskAsync(Cancellation, "remount", RepositoryFarm.Name("one")), StringComparison.Ordinal);
                Assert.Equal(Text(number), File.ReadAllText(Root.PathOf(mount, "one", "file")));
                Assert.Equal("same", File.ReadAllText(Path.Combine(bound, "file")));
                Assert.Equal(Text(number), File.ReadAllText(Path.Combine(bound, "moves")));
                Assert.Equal(Text(number), File.ReadAllText($"/proc/{worker.Id}/cwd/moves"));
                early = number == (Switches / 4) + 1 ? mount.Use() : early;
            }

            Assert.Equal(Text(0), new StreamReader(first).ReadToEnd());
            Assert.Equal(inode, Root.StatusOf(directory).Inode);
            (long Bytes, int Descriptors) late = mount.Use();
            Assert.True(late.Bytes - early.Bytes < MostGrowth, $"{early.Bytes >> 10} kB of private memory have become {late.Bytes >> 10}");
            Assert.True(late.Descriptors < MostDescriptors, $"{late.Descriptors} descriptors");
            await stop.CancelAsync();
            Assert.All(await Task.WhenAll(readers), reads => Assert.True(reads > Switches, $"a reader got to {reads} reads only"));
        }
        finally
        {
            await stop.CancelAsync();
            Mounts.Unmount(Encoding.UTF8.GetBytes(bound), UnmountFlags.Detach).ThrowIfFailed("unmount");
            Directory.Delete(bound);
        }
    }

    private static string Text(int number) => string.Create(CultureInfo.InvariantCulture, $"revision {number} ") + new string('x', number * 7 % 500);

    private static (string Path, string Content)[] Content(int number) =>
    [
        ("file", Text(number)), ("stays/file", "same"), ("stays/moves", Text(number)), ("stays/deep/er/file", "same"),
        (string.Create(CultureInfo.InvariantCulture, $"comes-and-goes/{number % 3}"), "x"),
    ];

    /// <summary>Reads and lists until it is stopped; every text must be one of a whole revision, and none older than the one before.</summary>
    private static long ReadOn(string root, CancellationToken stop)
    {
        long reads = 0;
        int newest = 0;
        while (!stop.IsCancellationRequested)
        {
            string text = File.ReadAllText(Path.Combine(root, reads % 2 == 0 ? "file" : "stays/moves"));
            int number = int.Parse(text.Split(' ')[1], CultureInfo.InvariantCulture);
            Assert.Equal(Text(number), text);
            Assert.True(number >= newest, $"revision {newest} was followed by {number}");
            newest = number;
            Assert.Equal(["file", "moves"], Directory.GetFiles(Path.Combine(root, "stays")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
            reads++;
        }

        return reads;
    }
}
