using System.Diagnostics;
using System.Globalization;
using System.Text;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing.Fuse;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>Daemons are killed while revision follows on revision: readers, a working directory and a bind mount see whole revisions, and none twice.</summary>
public sealed class SwitchedAndKilledTests : IAsyncDisposable
{
    private const int Switches = 40;

    private readonly RepositoryFarm farm;
    private readonly Random random = new(4);

    public SwitchedAndKilledTests()
    {
        FuseRequirement.Root();
        farm = new RepositoryFarm();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => farm.DisposeAsync();

    [Fact]
    public async Task Nobody_goes_back_behind_a_revision_that_was_seen()
    {
        List<byte[]> manifests = Publish();
        TimeSpan bound = TimeSpan.FromMinutes(5);
        using HeldMount mount = await HeldMount.StartAsync(farm.Options, bound, Cancellation);
        string root = Path.Combine(mount.Directory, RepositoryFarm.Name("one"));
        string stop = Path.Combine(farm.Options.Home, "stop");
        using ChildProcess reader = StartReader(root, stop);
        using ChildProcess resident = StartReader(".", stop, root);
        using MountGuard bindGuard = new(bound);
        byte[] bindPoint = Encoding.UTF8.GetBytes(bindGuard.Directory);
        Mounts.Mount(Encoding.UTF8.GetBytes(root), bindPoint, default, MountFlags.Bind, default).ThrowIfFailed("bind", bindPoint);
        using ChildProcess bindReader = StartReader(bindGuard.Directory, stop);
        ChildProcess[] readers = [reader, resident, bindReader];

        for (int number = 1; number <= Switches; number++)
        {
            string fresh = farm.Manifest("one") + ".fresh";
            await File.WriteAllBytesAsync(fresh, manifests[number], Cancellation);
            File.Move(fresh, farm.Manifest("one"), overwrite: true);
            Task switching = RemountAsync(mount);
            if (number % 2 == 0)
            {
                // Now before it has begun, now in its midst, now after it.
                await Task.Delay(random.Next(0, 400), Cancellation);
                PosixProcess.Kill(await mount.Processes.WaitForDaemonAsync(null, Cancellation), Signal.Kill);
            }

            await switching;
            Assert.All(readers, one => Assert.True(one.IsRunning, one.Error));
        }

        await AssertShownAsync(mount, root, Text(Switches));
        await File.WriteAllTextAsync(stop, "", Cancellation);
        foreach (ChildProcess one in readers)
        {
            Assert.True(await one.WaitAsync(Cancellation) == 0, $"{one.Error}\n{mount.Describe()}");
        }

        Assert.Equal(Errno.None, Mounts.Unmount(bindPoint, UnmountFlags.NoFollow));
        Assert.Equal((0, ""), await mount.UnmountAsync(Cancellation));
        Assert.Empty(mount.Processes.All());
    }

    private static string Text(int number) => string.Create(CultureInfo.InvariantCulture, $"revision {number}\n");

    /// <summary>A process that reads and lists, and ends with an error at the first file that is older than it was before.</summary>
    private static ChildProcess StartReader(string root, string stop, string? inside = null)
    {
        const string script = """
            import os, sys
            root, stop = sys.argv[1:]
            newest = {"file": 0, "dir/moves": 0}
            while not os.path.exists(stop):
                for name in newest:
                    text = open(os.path.join(root, name)).read()
                    number = int(text.split()[1])
                    assert text == "revision %d\n" % number, text
                    assert number >= newest[name], "%s: revision %d was followed by %d" % (name, newest[name], number)
                    newest[name] = number
                assert sorted(os.listdir(os.path.join(root, "dir"))) == ["moves", "same"]
                assert open(os.path.join(root, "dir/same")).read() == "same"
            """;
        ProcessStartInfo start = new("python3", ["-S", "-B", "-c", script, root, stop]);
        if (inside is not null)
        {
            start.WorkingDirectory = inside;
        }

        return ChildProcess.Start(start);
    }

    /// <summary>Asks for the newest revision. The daemon may be killed over that, and its successor looks by itself.</summary>
    private static async Task RemountAsync(HeldMount mount)
    {
        try
        {
            await mount.TalkAsync(Cancellation, "remount", RepositoryFarm.Name("one"));
        }
        catch (InvalidOperationException)
        {
            // It was killed.
        }
    }

    private static async Task AssertShownAsync(HeldMount mount, string root, string text)
    {
        long started = Environment.TickCount64;
        string shown;
        do
        {
            await RemountAsync(mount);
            using ChildProcess cat = ChildProcess.Start(new ProcessStartInfo("cat", [Path.Combine(root, "file")]));
            Assert.True(await cat.WaitAsync(Cancellation) == 0, cat.Error);
            shown = cat.Output;
        }
        while (shown != text && Environment.TickCount64 - started < 30_000);
        Assert.Equal(text, shown);
    }

    private List<byte[]> Publish()
    {
        farm.Make("one", Content(0));
        List<byte[]> manifests = [File.ReadAllBytes(farm.Manifest("one"))];
        for (int number = 1; number <= Switches; number++)
        {
            farm.Publish("one", null, Content(number));
            manifests.Add(File.ReadAllBytes(farm.Manifest("one")));
        }

        File.WriteAllBytes(farm.Manifest("one"), manifests[0]);
        return manifests;
    }

    private static (string Path, string Content)[] Content(int number) => [("file", Text(number)), ("dir/moves", Text(number)), ("dir/same", "same")];
}
