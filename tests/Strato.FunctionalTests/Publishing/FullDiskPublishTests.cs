using System.Diagnostics;
using System.Text;
using Strato.Core.Catalogs;
using Strato.Publishing.Checking;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Testing;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.FunctionalTests.Publishing;

/// <summary>
/// The process that publishes, on disks with room for so many more pages: for objects, for work files, for the home. It says in one line what
/// is full, what readers see stays whole, and the next operation succeeds as soon as there is room.
/// </summary>
public sealed class FullDiskPublishTests : IDisposable
{
    private static readonly int[] PagesLeft = [0, 1, 2, 3, 5, 7, 10, 14, 20, 30, 60];

    private readonly SmallDisk disk;
    private readonly TemporaryFolder other = new();

    public FullDiskPublishTests()
    {
        Assert.SkipWhen(SmallDisk.WhyImpossible is not null, SmallDisk.WhyImpossible ?? string.Empty);
        disk = new SmallDisk(megabytes: 24);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task The_storage_is_full() => PublishOnFullDiskAsync(home: other["home"], storage: disk["storage"]);

    [Fact]
    public Task The_home_is_full() => PublishOnFullDiskAsync(home: disk["home"], storage: other["storage"]);

    [Fact]
    public Task Everything_is_full() => PublishOnFullDiskAsync(home: disk["home"], storage: disk["storage"]);

    [Fact]
    public async Task There_is_no_room_for_a_new_repository()
    {
        OperationContext context = new() { Home = new RepositoryHome(disk["home"]) };
        int failures = 0;
        foreach (int pages in PagesLeft)
        {
            string name = $"r{pages}.example.org";
            disk.FillUp(pages);
            failures += await FailsInOneLineAsync("mkfs", context.Home.Directory, name) ? 1 : 0;
            disk.MakeRoom();
            if (!context.Home.Contains(name) || !File.Exists(Path.Combine(context.Home.Places(name).DefaultStorage, ".cvmfspublished")))
            {
                RepositoryMaker.Run(new MakeRepositoryRequest { Settings = new RepositorySettings { Name = name, Storage = string.Empty } }, context);
            }

            AssertWhole(context, name);
        }

        Assert.InRange(failures, 1, PagesLeft.Length - 1);
    }

    [Fact]
    public async Task There_is_no_room_for_temporary_files()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        Change(source, 1);
        disk.FillUp(0);
        string[] options = ["--home", home.Home.Directory];
        foreach (string[] command in (string[][])[["publish", TemporaryHome.Name, "--from", source], ["check", TemporaryHome.Name], ["info", TemporaryHome.Name], ["tag", TemporaryHome.Name, "list"]])
        {
            using ChildProcess process = ChildProcess.Start(WithTemporaryFolder([.. command, .. options]));
            int code = await process.WaitAsync(Cancellation);
            AssertOneLine(command[0], code, process.Error);
        }

        Assert.Empty(home.Check());
    }

    public void Dispose()
    {
        disk?.Dispose();
        other.Dispose();
    }

    private async Task PublishOnFullDiskAsync(string home, string storage)
    {
        OperationContext context = new() { Home = new RepositoryHome(home) };
        RepositoryMaker.Run(new MakeRepositoryRequest { Settings = TemporaryHome.SmallChunks with { Storage = storage } }, context);
        string source = other["source"];
        int failures = 0;
        foreach (int pages in PagesLeft)
        {
            Change(source, pages);
            disk.FillUp(pages);
            failures += await FailsInOneLineAsync("publish", home, TemporaryHome.Name, "--from", source, "--delete") ? 1 : 0;
            using (RevisionListing seen = RevisionListing.Read(storage))
            {
                Assert.All(seen.Entries.Values.Where(entry => entry.Entry.Type == FileType.Regular), entry => Assert.Equal(entry.Entry.Size, seen.ReadContent(entry).Length));
            }

            disk.MakeRoom();
            TreePublish.Run(new TreePublishRequest { Repository = TemporaryHome.Name, Source = source, Deletes = true }, context);
            AssertWhole(context, TemporaryHome.Name);
            using RevisionListing published = RevisionListing.Read(storage);
            Assert.Contains(published.Entries.Keys, path => path.ToString() == $"/nested/f{pages}");
        }

        Assert.InRange(failures, 1, PagesLeft.Length - 1);
    }

    private static async Task<bool> FailsInOneLineAsync(string command, string home, params string[] arguments)
    {
        (int code, _, string error) = await ChildProcess.RunStratoAsync(Cancellation, [command, "--home", home, .. arguments]);
        AssertOneLine(command, code, error);
        return code != 0;
    }

    private static void AssertOneLine(string command, int code, string error)
    {
        // Where the last pages were just enough, the record of it may lack its end, and says so.
        string[] lines =
        [
            .. error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.StartsWith("publishing ", StringComparison.Ordinal) && !line.EndsWith(" is not recorded", StringComparison.Ordinal)),
        ];
        if (code == 0)
        {
            Assert.Empty(lines);
            return;
        }

        Assert.Equal(1, code);
        string line = Assert.Single(lines);
        Assert.StartsWith($"strato {command}: ", line, StringComparison.Ordinal);
        Assert.True(line.Contains("no space left on device", StringComparison.OrdinalIgnoreCase), line);
        Assert.DoesNotContain("unexpected", line, StringComparison.Ordinal);
    }

    private static void AssertWhole(OperationContext context, string name)
    {
        List<string> problems = [];
        RepositoryCheck.Run(new CheckRequest { Subject = name, ReadsData = true, Found = problems.Add }, context);
        Assert.Empty(problems);
    }

    private static void Change(string source, int round)
    {
        using TreeBuilder tree = new(source);
        if (!Directory.Exists(Path.Combine(source, "nested")))
        {
            tree.Directory("nested"u8);
            tree.File("nested/.cvmfscatalog"u8, []);
        }

        for (ulong file = 0; file < 8; file++)
        {
            tree.File(Encoding.ASCII.GetBytes($"f{file}"), TreeContent.Random(((ulong)round * 10) + file, 3000));
        }

        tree.File(Encoding.ASCII.GetBytes($"nested/f{round}"), TreeContent.Text((ulong)round, 40_000));
    }

    private ProcessStartInfo WithTemporaryFolder(string[] arguments)
    {
        ProcessStartInfo start = ChildProcess.Strato(arguments);
        start.Environment["TMPDIR"] = disk.Path;
        return start;
    }
}
