using System.Diagnostics;
using System.Text;
using Strato.Posix;
using Strato.Testing.Fuse;
using Strato.Testing.Processes;

namespace Strato.Testing.Genuine;

/// <summary>
/// A genuine <c>cvmfs2</c> that has a repository mounted, with a configuration, a cache and a mount point of its own. It runs in the foreground, as
/// a child of the test; disposing unmounts and ends it however it hangs.
/// </summary>
public sealed class GenuineClient : IDisposable
{
    private static readonly TimeSpan MountBound = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder state = new();
    private readonly MountGuard guard = new(TimeSpan.FromMinutes(5));
    private readonly GenuineMount mount;
    private readonly ChildProcess process;

    private GenuineClient(GenuineMount mount)
    {
        this.mount = mount;
        System.IO.Directory.CreateDirectory(state["cache"]);
        string configuration = state["client.conf"];
        File.WriteAllText(configuration, Configuration());
        process = ChildProcess.Start(new ProcessStartInfo(
            GenuineTools.Find(GenuineTools.Client)!,
            ["-f", "-o", $"config={configuration},fsname={mount.Repository},cvmfs_suid,disable_watchdog", mount.Repository, guard.Directory]));
    }

    /// <summary>Where the repository is mounted.</summary>
    public string Directory => guard.Directory;

    /// <summary>The cache of the repository, as <c>cvmfs_fsck</c> takes it.</summary>
    public string Cache => Path.Combine(state["cache"], mount.Repository);

    /// <summary>What the client logged.</summary>
    public string Log => File.Exists(state["log"]) ? File.ReadAllText(state["log"]) : "";

    /// <summary>Mounts. Throws <see cref="InvalidOperationException"/> with what the client said where it refuses.</summary>
    public static async Task<GenuineClient> MountAsync(GenuineMount mount, CancellationToken cancellation)
    {
        GenuineClient client = new(mount);
        try
        {
            await client.WaitForMountAsync(cancellation);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Gives the client a command, such as <c>revision</c> or <c>remount sync</c>, and returns its answer.</summary>
    public async Task<string> TalkAsync(CancellationToken cancellation, params IEnumerable<string> command)
    {
        string socket = Path.Combine(Cache, "cvmfs_io." + mount.Repository);
        ToolOutcome outcome = await GenuineTools.RunAsync(GenuineTools.Talk, cancellation, ["-p", socket, .. command]);
        return outcome.Code == 0 ? outcome.Text.Trim() : throw new InvalidOperationException($"cvmfs_talk {string.Join(' ', command)}: {outcome.Text}");
    }

    /// <summary>Unmounts and waits until the client has ended, so that its <see cref="Cache"/> can be checked.</summary>
    public async Task UnmountAsync(CancellationToken cancellation)
    {
        byte[] place = Encoding.UTF8.GetBytes(guard.Directory);
        Mounts.Unmount(place, UnmountFlags.NoFollow).ThrowIfFailed("unmount", place);
        using CancellationTokenSource bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(MountBound);
        await process.WaitAsync(bounded.Token);
    }

    public void Dispose()
    {
        // The guard takes the mount away first, so that the client ends by itself; then it is killed where it did not.
        try
        {
            guard.Dispose();
        }
        finally
        {
            process.Dispose();
            state.Dispose();
        }
    }

    private async Task WaitForMountAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(MountBound);
        Task ended = process.WaitAsync(bounded.Token);
        while (guard.Mounts.Count == 0)
        {
            if (ended.IsCompleted)
            {
                bool refused = ended.IsCompletedSuccessfully;
                throw new InvalidOperationException(
                    $"the genuine client {(refused ? "refused to mount" : "did not mount in time")}: {process.Output}{process.Error}{Log}");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    private string Configuration()
    {
        Dictionary<string, string> parameters = new(StringComparer.Ordinal)
        {
            ["CVMFS_SERVER_URL"] = mount.Server,
            ["CVMFS_HTTP_PROXY"] = "DIRECT",
            ["CVMFS_PUBLIC_KEY"] = mount.PublicKey,
            ["CVMFS_CACHE_BASE"] = state["cache"],
            ["CVMFS_RELOAD_SOCKETS"] = state["cache"],
            ["CVMFS_SHARED_CACHE"] = "no",
            ["CVMFS_QUOTA_LIMIT"] = "4000",
            ["CVMFS_USYSLOG"] = state["log"],
            ["CVMFS_TIMEOUT"] = "5",
            ["CVMFS_TIMEOUT_DIRECT"] = "5",
            ["CVMFS_MAX_RETRIES"] = "1",
            ["CVMFS_BACKOFF_INIT"] = "1",
            ["CVMFS_BACKOFF_MAX"] = "2",
            ["CVMFS_MAGIC_XATTRS_VISIBILITY"] = "never",
        };
        if (mount.Tag is not null)
        {
            parameters["CVMFS_REPOSITORY_TAG"] = mount.Tag;
        }

        foreach ((string name, string value) in mount.Parameters)
        {
            parameters[name] = value;
        }

        return string.Concat(parameters.Select(parameter => $"{parameter.Key}={parameter.Value}\n"));
    }
}
