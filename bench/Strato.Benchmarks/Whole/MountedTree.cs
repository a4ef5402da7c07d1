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
        MountedTree tree = new("strato mount", System.IO.Directory.CreateDirectory(Path.Combine(folder, "mnt-strato")).FullName);
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

        MountedTree tree = new("cvmfs2", System.IO.Directory.CreateDirectory(Path.Combine(folder, "mnt-genuine")).FullName);
        string cache = System.IO.Directory.CreateDirectory(Path.Combine(folder, "cache-genuine")).FullName;
        string configuration = Path.Combine(folder, "genuine.conf");
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

    public void Dispose() => TimedCommand.Shell($"umount '{Directory}' || umount -l '{Directory}'");

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
