using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Strato.FunctionalTests.Fuse;
using Strato.Testing.Golden;
using Strato.Testing.Mounting;
using Strato.Testing.Trees;

namespace Strato.FunctionalTests.Client;

/// <summary>A mount goes on whatever becomes of its cache: full, removed, cut short.</summary>
public sealed class CacheFaultTests : IAsyncDisposable
{
    private readonly GoldenSite site;
    private readonly IReadOnlyList<GoldenFile> files = GoldenFile.List(GoldenRepository.Sha1, "trunk");

    public CacheFaultTests()
    {
        FuseRequirement.Device();
        site = new GoldenSite(GoldenRepository.Sha1);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Cache => Path.Combine(site.Home, "cache");

    [Fact]
    public async Task A_full_disk_is_read_past_and_used_again_once_it_has_room()
    {
        Assert.SkipUnless(SmallDisk.IsPossible, "mounting a small disk needs root");
        using SmallDisk disk = new(megabytes: 4);
        using StratoMount mount = await StratoMount.StartAsync(site.Options with { Cache = Path.Combine(disk.Directory, "cache") }, Cancellation);
        Assert.All(Directory.GetDirectories(mount.Directory), directory => Directory.GetFileSystemEntries(directory));
        disk.Fill();

        Assert.All(files.Take(100), file => Assert.Equal(file.Digest, file.ReadDigest(mount.Directory)));
        await mount.WaitForLogAsync("keeps nothing more", Cancellation);
        Assert.Contains("No space left on device", Assert.Single(mount.LogLines("keeps nothing more")), StringComparison.Ordinal);
        long before = await EntriesAsync(mount);

        disk.Free();
        Assert.All(files.Skip(100), file => Assert.Equal(file.Digest, file.ReadDigest(mount.Directory)));
        await mount.WaitForLogAsync("keeps objects again", Cancellation);
        Assert.Single(mount.LogLines("keeps objects again"));
        Assert.InRange(await EntriesAsync(mount), before + ((files.Count - 100) / 2), long.MaxValue);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cache_that_is_removed_is_made_anew_and_open_files_go_on(bool whole)
    {
        using StratoMount mount = await StratoMount.StartAsync(site.Options, Cancellation);
        GoldenFile large = files.MaxBy(file => file.Size)!;
        Assert.Equal(large.Digest, large.ReadDigest(mount.Directory));
        using FileStream open = File.OpenRead(Path.Combine(mount.Directory, large.Path));

        string[] victims = whole ? [Cache] : [.. Directory.GetDirectories(Cache)];
        Array.ForEach(victims, path => TreeRemoval.Remove(null, Encoding.UTF8.GetBytes(path)));
        Array.ForEach(whole ? [] : Directory.GetFiles(Cache), File.Delete);

        Assert.All(files, file => Assert.Equal(file.Digest, file.ReadDigest(mount.Directory)));
        Assert.Equal(large.Digest, Convert.ToHexStringLower(await SHA256.HashDataAsync(open, Cancellation)));
        Assert.Single(mount.LogLines("was removed while it was in use"));
        Assert.InRange(await EntriesAsync(mount), files.Count - 5, long.MaxValue);

        // The next mount finds it whole.
        using StratoMount next = await StratoMount.StartAsync(site.Options, Cancellation);
        Assert.All(files, file => Assert.Equal(file.Digest, file.ReadDigest(next.Directory)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1500)]
    public async Task Catalogs_and_objects_that_are_cut_short_are_fetched_again_and_end_nothing(long length)
    {
        using (StratoMount first = await StratoMount.StartAsync(site.Options, Cancellation))
        {
            Assert.All(files, file => Assert.Equal(file.Digest, file.ReadDigest(first.Directory)));
        }

        using StratoMount mount = await StratoMount.StartAsync(site.Options, Cancellation);
        foreach (string entry in Directory.GetDirectories(Cache).Where(path => Path.GetFileName(path).Length == 2).SelectMany(Directory.GetFiles))
        {
            File.SetUnixFileMode(entry, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            using FileStream file = new(entry, FileMode.Open, FileAccess.Write);
            file.SetLength(Math.Min(file.Length, length));
        }

        // A catalog that is open fails for the request that meets the damage; whoever comes next has it fetched again.
        for (int attempt = 0; attempt < 20; attempt++)
        {
            try
            {
                _ = Directory.GetFileSystemEntries(mount.Directory, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false });
                break;
            }
            catch (IOException)
            {
                Assert.NotEqual(19, attempt);
            }
        }

        Assert.All(files, file => Assert.Equal(file.Digest, file.ReadDigest(mount.Directory)));
    }

    [Fact]
    public async Task A_file_that_is_cut_short_while_it_is_open_is_fetched_again_for_its_reader()
    {
        // What the kernel reads by itself is out of the daemon's sight.
        GoldenFile[] large = [.. files.OrderByDescending(file => file.Size).Take(5)];
        using StratoMount mount = await StratoMount.StartAsync(site.Options with { Settings = ["STRATO_KERNEL_PASSTHROUGH=no"] }, Cancellation);
        FileStream[] open = [.. large.Select(file => File.OpenRead(Path.Combine(mount.Directory, file.Path)))];
        try
        {
            foreach (GoldenFile file in large)
            {
                string entry = Directory.GetFiles(Path.Combine(Cache, file.ObjectPath[6..8]), file.ObjectPath[9..] + "*").Single();
                File.SetUnixFileMode(entry, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                using FileStream cut = new(entry, FileMode.Open, FileAccess.Write);
                cut.SetLength(file.Size / 2);
            }

            foreach ((GoldenFile file, FileStream stream) in large.Zip(open))
            {
                Assert.Equal(file.Digest, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, Cancellation)));
            }
        }
        finally
        {
            Array.ForEach(open, stream => stream.Dispose());
        }
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();

    private static async Task<long> EntriesAsync(StratoMount mount) =>
        long.Parse((await mount.TalkAsync(Cancellation, "cache")).Split(' ')[0], CultureInfo.InvariantCulture);
}
