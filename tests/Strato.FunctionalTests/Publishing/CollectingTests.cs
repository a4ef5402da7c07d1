using System.Diagnostics;
using System.Globalization;
using System.Text;
using Strato.Posix;
using Strato.Publishing.Checking;
using Strato.Publishing.Collecting;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Testing;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.FunctionalTests.Publishing;

/// <summary>The process that collects garbage: killed, on full disks, and beside a publisher and readers.</summary>
public sealed class CollectingTests
{
    private static readonly RepositorySettings Collectable = TemporaryHome.SmallChunks with { IsGarbageCollectable = true };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_many_moments_a_collection_leaves_nothing_that_the_next_does_not_finish()
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("STRATO_COLLECTOR_KILLS") ?? "12", CultureInfo.InvariantCulture);
        using TemporaryHome home = TemporaryHome.WithRepository(Collectable);
        string source = home.NewFolder("source");
        Random random = new(20_261_125);
        Change(source, random, 0);
        home.Publish(source);
        TimeSpan whole = await TimeOfAsync(home);
        int killed = 0;
        for (int round = 1; round <= kills; round++)
        {
            for (int revision = 0; revision < 2; revision++)
            {
                Change(source, random, (round * 2) + revision);
                home.Publish(source);
            }

            killed += await KillAsync(home, whole * (1.2 * random.NextDouble())) ? 1 : 0;
            Assert.Empty(home.Check());
        }

        Assert.InRange(killed, 1, kills);
        GarbageCollection.Run(Everything, home.Context(Cancellation));
        Assert.Equal(0, GarbageCollection.Run(Everything, home.Context(Cancellation)).DeletedObjects);
        Assert.Empty(home.Check());
        using RevisionListing revisionListing = home.List();
        Assert.All(revisionListing.Entries.Values.Where(entry => !entry.Entry.Hash.IsNull), entry => Assert.Equal(entry.Entry.Size, revisionListing.ReadContent(entry).Length));
    }

    [Fact]
    public async Task Beside_a_publisher_that_uses_old_content_again_nothing_that_is_announced_is_ever_missing()
    {
        using TemporaryHome home = TemporaryHome.WithRepository(Collectable);
        string source = home.NewFolder("source");
        Change(source, new Random(0), 0);
        home.Publish(source);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        long deleted = 0;
        int collections = 0;
        Task collector = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    deleted += GarbageCollection.Run(Everything, home.Context(Cancellation)).DeletedObjects;
                    collections++;
                }
            },
            Cancellation);
        try
        {
            // Each tree is one of four, so that what is published is often what is just being collected.
            for (int round = 1; round <= 40 || (Volatile.Read(ref deleted) == 0 && round < 4000); round++)
            {
                Change(source, new Random(round % 4), round % 4);
                home.Publish(source);
                using RevisionListing revision = home.List();
                Assert.All(
                    revision.Entries.Values.Where(entry => !entry.Entry.Hash.IsNull), entry => Assert.Equal(entry.Entry.Size, revision.ReadContent(entry).Length));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await collector;
        }

        Assert.True(deleted > 0 && collections > 1, $"{deleted} objects in {collections} collections");
        Assert.Empty(home.Check());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task On_a_full_disk_a_collection_makes_room_or_says_in_one_line_why_not(bool isHomeFull)
    {
        Assert.SkipWhen(SmallDisk.WhyImpossible is not null, SmallDisk.WhyImpossible ?? string.Empty);
        using SmallDisk disk = new(megabytes: 24);
        using TemporaryFolder other = new();
        string storage = disk["storage"];
        OperationContext context = new() { Home = new RepositoryHome(isHomeFull ? disk["home"] : other["home"]) };
        RepositoryMaker.Run(new MakeRepositoryRequest { Settings = Collectable with { Storage = storage } }, context);
        string source = other["source"];
        Random random = new(7);
        int successes = 0;
        foreach (int pages in (int[])[0, 1, 3, 8, 20, 60, 200])
        {
            for (int revision = 0; revision < 3; revision++)
            {
                Change(source, random, revision);
                TreePublish.Run(new TreePublishRequest { Repository = TemporaryHome.Name, Source = source, Deletes = true }, context);
            }

            disk.FillUp(pages);
            (int code, _, string error) = await ChildProcess.RunStratoAsync(
                Cancellation, "--home", context.Home.Directory, "gc", TemporaryHome.Name, "--keep-last", "0", "--grace", "0");
            successes += code == 0 ? 1 : 0;
            Assert.True(code == 0 || error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.StartsWith("strato gc: ", StringComparison.Ordinal)) == 1, error);
            Assert.DoesNotContain("unexpected", error, StringComparison.Ordinal);
            disk.MakeRoom();
            AssertWhole(context);
            GarbageCollection.Run(Everything, context);
            AssertWhole(context);
        }

        Assert.InRange(successes, 1, 7);
    }

    [Fact]
    public async Task The_command_says_what_it_does_and_a_second_one_is_refused()
    {
        using TemporaryHome home = TemporaryHome.WithRepository(Collectable);
        string source = home.NewFolder("source");
        for (int revision = 0; revision < 3; revision++)
        {
            Change(source, new Random(revision), revision);
            home.Publish(source);
        }

        string[] gc = ["--home", home.Home.Directory, "gc", TemporaryHome.Name, "-r", "0", "--grace", "0"];
        (int dry, string preview, _) = await ChildProcess.RunStratoAsync(Cancellation, [.. gc, "--dry-run", "--list"]);
        using (CollectorLock.Take(home.Home.Places(TemporaryHome.Name)))
        {
            (int refused, _, string error) = await ChildProcess.RunStratoAsync(Cancellation, gc);
            Assert.Equal(1, refused);
            Assert.Contains("is being collected by another process", error, StringComparison.Ordinal);
        }

        (int code, string json, string errors) = await ChildProcess.RunStratoAsync(Cancellation, [.. gc, "--json"]);
        Assert.True(dry == 0 && code == 0, errors);
        using System.Text.Json.JsonDocument report = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(preview.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1, report.RootElement.GetProperty("deleted_objects").GetInt32());
        Assert.Equal(2, report.RootElement.GetProperty("kept_revisions").GetInt32());
        Assert.Empty(home.Check());
    }

    private static CollectionRequest Everything => new() { Repository = TemporaryHome.Name, KeptRevisions = 0, Grace = TimeSpan.Zero };

    private static ChildProcess Start(TemporaryHome home) =>
        ChildProcess.StartStrato("--home", home.Home.Directory, "gc", TemporaryHome.Name, "--keep-last", "0", "--grace", "0");

    private static async Task<TimeSpan> TimeOfAsync(TemporaryHome home)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using ChildProcess collector = Start(home);
        Assert.Equal(0, await collector.WaitAsync(Cancellation));
        return watch.Elapsed;
    }

    private static async Task<bool> KillAsync(TemporaryHome home, TimeSpan after)
    {
        using ChildProcess collector = Start(home);
        Task<int> ended = collector.WaitAsync(Cancellation);
        bool isKilled = await Task.WhenAny(ended, Task.Delay(after, Cancellation)) != ended;
        if (isKilled)
        {
            collector.Send(Signal.Kill);
        }

        await ended;
        return isKilled;
    }

    private static void AssertWhole(OperationContext context)
    {
        List<string> problems = [];
        RepositoryCheck.Run(new CheckRequest { Subject = TemporaryHome.Name, ReadsData = true, Found = problems.Add }, context);
        Assert.Empty(problems);
    }

    private static void Change(string source, Random random, int round)
    {
        using TreeBuilder tree = new(source);
        string folder = $"folder{round % 3}";
        if (Directory.Exists(Path.Combine(source, folder)))
        {
            tree.Remove(Encoding.ASCII.GetBytes(folder));
        }

        tree.Directory(Encoding.ASCII.GetBytes(folder));
        tree.File(Encoding.ASCII.GetBytes($"{folder}/.cvmfscatalog"), default);
        for (int file = 0; file < 60; file++)
        {
            tree.File(Encoding.ASCII.GetBytes($"{folder}/f{file}"), TreeContent.Text((ulong)random.Next(), random.Next(20_000)));
        }
    }
}
