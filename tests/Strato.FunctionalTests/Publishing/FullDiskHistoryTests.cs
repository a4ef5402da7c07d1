using Strato.Core.Signing;
using Strato.Publishing.Checking;
using Strato.Publishing.Keys;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Testing;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing;

/// <summary>Going back, rotating keys and backing up on a disk with room for so many more pages: one line says so, readers go on, and it succeeds as soon as there is room.</summary>
public sealed class FullDiskHistoryTests : IDisposable
{
    private static readonly int[] PagesLeft = [0, 1, 2, 4, 8, 16, 60];

    private readonly SmallDisk disk;
    private readonly OperationContext context;
    private int versions;

    public FullDiskHistoryTests()
    {
        Assert.SkipWhen(SmallDisk.WhyImpossible is not null, SmallDisk.WhyImpossible ?? string.Empty);
        disk = new SmallDisk(megabytes: 24);
        context = new OperationContext { Home = new RepositoryHome(disk["home"]), Cancellation = Cancellation };
        RepositoryMaker.Run(new MakeRepositoryRequest { Settings = TemporaryHome.SmallChunks }, context);
        Publish("kept");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Going_back() => RepeatAsync(["rollback", TemporaryHome.Name, "--tag", "kept"], () => Publish("later"), () => RevisionRollback.Run(TemporaryHome.Name, "kept", isDryRun: false, context));

    [Fact]
    public Task Rotating_keys() => RepeatAsync(
        ["keys", TemporaryHome.Name, "rotate", "--wait", "0"],
        () =>
        {
            if (File.Exists(new KeyFiles(context.Home.Directory, TemporaryHome.Name).FormerCertificate))
            {
                KeyRotation.Retire(TemporaryHome.Name, 30, null, context);
            }
        },
        () => KeyRotation.Rotate(new KeyRotationRequest { Repository = TemporaryHome.Name, Settling = TimeSpan.Zero }, context));

    [Fact]
    public Task Backing_up() => RepeatAsync(
        ["backup", TemporaryHome.Name, "--to", disk["backup"], "--without-private-keys"],
        () =>
        {
            File.Delete(disk["backup"]);
            Assert.False(File.Exists(disk["backup.new"]));
        },
        () => { });

    public void Dispose() => disk?.Dispose();

    private async Task RepeatAsync(string[] command, Action prepare, Action finish)
    {
        int failures = 0;
        foreach (int pages in PagesLeft)
        {
            prepare();
            disk.FillUp(pages);
            (int code, _, string error) = await ChildProcess.RunStratoAsync(Cancellation, [.. command, "--home", context.Home.Directory]);
            string[] lines = [.. error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.EndsWith(" is not recorded", StringComparison.Ordinal))];
            Assert.Equal(code == 0 ? 0 : 1, lines.Length);
            Assert.All(lines, line => Assert.Contains("no space left on device", line, StringComparison.OrdinalIgnoreCase));
            failures += code;
            using (RevisionListing seen = RevisionListing.Read(context.Home.Places(TemporaryHome.Name).DefaultStorage))
            {
                Assert.All(seen.Entries.Values.Where(entry => entry.Entry.IsRegularFile), entry => Assert.Equal(entry.Entry.Size, seen.ReadContent(entry).Length));
            }

            disk.MakeRoom();
            if (code != 0)
            {
                finish();
            }

            List<string> problems = [];
            RepositoryCheck.Run(new CheckRequest { Subject = TemporaryHome.Name, ReadsData = true, Found = problems.Add }, context);
            Assert.Empty(problems);
        }

        Assert.InRange(failures, 1, PagesLeft.Length - 1);
    }

    private void Publish(string tag)
    {
        string source = Directory.CreateDirectory(disk["source"]).FullName;
        File.WriteAllText(Path.Combine(source, "file"), $"version {versions++}");
        TreePublish.Run(new TreePublishRequest { Repository = TemporaryHome.Name, Source = source, Deletes = true, Tag = tag == "later" ? $"later{versions}" : tag }, context);
    }
}
