using System.IO.Compression;
using System.Text;
using Strato.Core.Hashing;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing.Golden;
using Strato.Testing.Http;
using Strato.Testing.Mounting;
using Strato.Testing.Trees;

namespace Strato.FunctionalTests.Client;

/// <summary>Bad bytes never reach a reader: an object that is not what its name says gives EIO, and everything else goes on.</summary>
public sealed class TamperedObjectTests : IAsyncDisposable
{
    private readonly GoldenSite site;

    public TamperedObjectTests()
    {
        FuseRequirement.Device();
        site = new GoldenSite(GoldenRepository.Rmd160);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A good zlib stream of something else: 64 MiB of zeros in 64 KiB.</summary>
    private static byte[] Bomb { get; } = MakeBomb();

    public static TheoryData<string> Damages => ["flipped", "truncated", "longer", "empty", "bomb", "page"];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Damaged_content_is_an_error_and_never_wrong_bytes(string damage)
    {
        site.Answer = request => IsContent(request.Path) ? Damage(site.Honest(request), damage) : site.Honest(request);
        using StratoMount mount = await StratoMount.StartAsync(Options, Cancellation);

        foreach (string file in Files(mount.Directory))
        {
            Errno errno = Read(file, out long length);
            bool isEmpty = new FileInfo(file).Length == 0;
            Assert.Equal(isEmpty ? Errno.None : Errno.EIO, errno);
            Assert.Equal(0, length);
        }

        await mount.WaitForLogAsync("Open of ", Cancellation);
        site.Answer = site.Honest;

        // For a moment whoever asks for what has just failed is told so.
        await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
        Assert.Equal(GoldenView.ExpectedDigests(site.Repository.Expected("trunk", "sha256")), GoldenView.Read(mount.Directory).Digests());
    }

    [Fact]
    public async Task Each_damaged_catalog_hides_its_own_subtree_only()
    {
        string[] catalogs = [.. site.Repository.ListObjects().Where(name => name.Kind == ObjectKind.Catalog).Select(name => "/" + name.StoragePath)];
        string root = File.ReadLines(site.Repository.Expected("trunk", "root")).First().Split(' ')[^1];
        int hidden = 0;
        foreach (string catalog in catalogs.Where(path => !path.Contains(root[2..], StringComparison.Ordinal)))
        {
            site.Answer = request => request.Path.EndsWith(catalog, StringComparison.Ordinal) ? Damage(site.Honest(request), "flipped") : site.Honest(request);
            using StratoMount mount = await StratoMount.StartAsync(Options with { Home = site.Home + Path.GetFileName(catalog) }, Cancellation);

            HashSet<string> expected = [.. File.ReadLines(site.Repository.Expected("trunk", "find")).Select(line => line.Split(' ')[0])];
            HashSet<string> shown = [.. Reachable(mount.Directory)];

            Assert.Subset(expected, shown);
            if (shown.Count < expected.Count)
            {
                hidden++;
                await mount.WaitForLogAsync("ReadDirPlus of ", Cancellation);
            }
        }

        // The other catalogs are those of older revisions.
        Assert.Equal(File.ReadLines(Path.Combine(site.Repository.Folder, "catalogs.txt")).Count(line => line.Length > 0 && !line.EndsWith(" /", StringComparison.Ordinal)), hidden);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string home in Directory.GetDirectories(Path.GetDirectoryName(site.Home)!, "home*"))
        {
            TreeRemoval.Remove(null, Encoding.UTF8.GetBytes(home));
        }

        await site.DisposeAsync();
    }

    private StratoMountOptions Options => site.Options with { Settings = ["CVMFS_MAX_RETRIES=0"] };

    private static bool IsContent(string path) => path.Contains("/data/", StringComparison.Ordinal) && (!char.IsAsciiLetterUpper(path[^1]) || path[^1] == 'P');

    private static PeerReply Damage(PeerReply reply, string damage)
    {
        byte[] body = [.. reply.Body];
        switch (damage)
        {
            case "flipped":
                body[body.Length / 2] ^= 0x10;
                break;
            case "truncated":
                body = body[..^1];
                break;
            case "longer":
                body = [.. body, 0];
                break;
            case "empty":
                body = [];
                break;
            case "bomb":
                body = Bomb;
                break;
            default:
                return PeerReply.Html;
        }

        return reply with { Body = body };
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Where(file => (File.GetAttributes(file) & FileAttributes.ReparsePoint) == FileAttributes.None);

    private static byte[] MakeBomb()
    {
        using MemoryStream stored = new();
        using (ZLibStream zlib = new(stored, CompressionLevel.SmallestSize))
        {
            zlib.Write(new byte[64 << 20]);
        }

        return stored.ToArray();
    }

    private static IEnumerable<string> Reachable(string folder) =>
        EnumerateReadable(folder).Select(path => "./" + Path.GetRelativePath(folder, path)).Prepend(".");

    private static IEnumerable<string> EnumerateReadable(string folder)
    {
        string[] children;
        try
        {
            children = Directory.GetFileSystemEntries(folder, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None });
        }
        catch (IOException)
        {
            // The listing of a damaged catalog.
            yield break;
        }

        foreach (string child in children)
        {
            yield return child;
            if (Directory.Exists(child) && (File.GetAttributes(child) & FileAttributes.ReparsePoint) == FileAttributes.None)
            {
                foreach (string below in EnumerateReadable(child))
                {
                    yield return below;
                }
            }
        }
    }

    private static Errno Read(string file, out long length)
    {
        length = 0;
        Errno errno = PosixFile.Open(null, Encoding.UTF8.GetBytes(file), OpenFlags.ReadOnly, out FileDescriptor? opened);
        if (errno != Errno.None)
        {
            return errno;
        }

        using (opened)
        {
            byte[] buffer = new byte[1 << 20];
            while (true)
            {
                errno = PosixFile.Read(opened!, buffer, out int count);
                if (errno != Errno.None || count == 0)
                {
                    return errno;
                }

                length += count;
            }
        }
    }
}
