using System.Globalization;

namespace Strato.Benchmarks.Whole;

/// <summary>A repository mounted by some client for as long as this lives.</summary>
internal sealed class MountedTree : IDisposable
{
    private MountedTree(string client, string directory)
    {
        Client = client;
        Directory = directory;
    }

    /// <summary>The client's name for people.</summary>
    public string Client { get; }

    /// <summary>Where the tree is seen.</summary>
    public string Directory { get; }

    /// <summary>Mounts with Strato.</summary>
    public static MountedTree WithStrato(string strato, string repository, string url, string key, string folder)
    {
        MountedTree tree = new("strato mount", System.IO.Directory.CreateDirectory(Path.Combine(folder, $"mnt-strato-{repository}")).FullName);
        TimedCommand.Run(strato, ["mount", repository, tree.Directory, "--server", url, "--key", key, "--cache", Path.Combine(folder, "cache-strato")]);
        return tree;
    }

    /// <summary>Mounts with the genuine client; null where it is not installed.</summary>
    public static MountedTree? TryWithGenuine(string repository, string url, string key, string folder)
    {
        if (!IsInstalled("cvmfs2"))
        {
            return null;
        }

        MountedTree tree = new("cvmfs2", System.IO.Directory.CreateDirectory(Path.Combine(folder, $"mnt-genuine-{repository}")).FullName);
        string cache = System.IO.Directory.CreateDirectory(Path.Combine(folder, $"cache-genuine-{repository}")).FullName;
        string configuration = Path.Combine(folder, $"genuine-{repository}.conf");
        File.WriteAllText(
            configuration,
            $"""
            CVMFS_SERVER_URL={url}
            CVMFS_HTTP_PROXY=DIRECT
            CVMFS_PUBLIC_KEY={key}
            CVMFS_CACHE_BASE={cache}
            CVMFS_RELOAD_SOCKETS={cache}
            CVMFS_SHARED_CACHE=no
            CVMFS_QUOTA_LIMIT=4000
            CVMFS_USYSLOG={cache}/log

            """);
        TimedCommand.Shell($"cvmfs2 -o config='{configuration}',fsname={repository},allow_other {repository} '{tree.Directory}' > '{folder}/genuine.log' 2>&1 < /dev/null");
        return tree;
    }

    /// <summary>Begins to watch the resident memory of the tree's daemons anew.</summary>
    public void ForgetPeakMemory()
    {
        foreach (int daemon in Daemons())
        {
            // 5: sets the mark that the kernel keeps back to what is resident now.
            File.WriteAllText($"/proc/{daemon}/clear_refs", "5");
        }
    }

    /// <summary>The most bytes that were resident since <see cref="ForgetPeakMemory"/>, of the tree's largest daemon.</summary>
    public long PeakMemory() => Daemons().Max(Testing.Processes.PeakMemory.Of);

    public void Dispose() => TimedCommand.Shell($"umount '{Directory}' || umount -l '{Directory}'");

    /// <summary>Processes whose command line names the mount point.</summary>
    private IEnumerable<int> Daemons() =>
        System.IO.Directory.EnumerateDirectories("/proc")
            .Select(process => int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id != 0 && CommandLineOf(id).Contains(Directory, StringComparer.Ordinal));

    private static string[] CommandLineOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return [];
        }
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
