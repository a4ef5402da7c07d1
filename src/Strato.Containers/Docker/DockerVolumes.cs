using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Strato.Client.Volumes;
using Strato.Core;
using Strato.Posix;

namespace Strato.Containers.Docker;

/// <summary>
/// Makes, mounts and removes volumes. A volume is mounted at <c>mounts/NAME</c> as long as it has users; the daemon binds that into containers. All that has to be known lies on disk, so
/// nothing is lost with this process. Safe for concurrent use; operations on one volume wait for each other.
/// </summary>
internal sealed partial class DockerVolumes(VolumeOptions options, DockerVolumeStore store, VolumePublisher publisher, RepositoryAllowList allowed, ILogger log)
{
    private readonly KeyedGate gate = new();

    private string Mounts => Path.Combine(options.StateFolder, "mounts");

    /// <summary>Makes a volume; the same again is fine.</summary>
    public Task CreateAsync(string name, IReadOnlyDictionary<string, string>? given, CancellationToken cancellation)
    {
        DockerVolume volume = DockerVolume.Parse(name, given);
        allowed.Require(volume.Attributes.Repository);
        return OneAtATimeAsync(
            name,
            _ =>
            {
                switch (store.Find(name))
                {
                    case null:
                        store.Add(volume);
                        return Task.FromResult(true);
                    case { } there when there.Fits(volume):
                        return Task.FromResult(false);
                    default:
                        throw new VolumeFailure(VolumeFailureKind.AlreadyExists, $"a volume {name} exists with other options: remove it (docker volume rm {name}), or choose another name with -o repository=");
                }
            },
            cancellation);
    }

    /// <summary>Removes a volume that no container uses.</summary>
    public Task RemoveAsync(string name, CancellationToken cancellation) => OneAtATimeAsync(
        name,
        _ =>
        {
            Require(name);

            // A daemon that was killed may have forgotten a use before it could give it back: then no container sees the volume.
            if (store.CountUsers(name) is > 0 and int users && Target(name).Mounted is { } mounted && ContainerViews.Contain(mounted))
            {
                throw new VolumeFailure(VolumeFailureKind.FailedPrecondition, $"the volume {name} is in use, mounted {users} times: stop the containers that use it first");
            }

            publisher.Unpublish(TargetPath(name));
            store.Remove(name);
            return Task.FromResult(true);
        },
        cancellation);

    /// <summary>Mounts a volume for a user; gives the directory.</summary>
    public Task<string> MountAsync(string name, string id, CancellationToken cancellation)
    {
        DockerVolumeStore.RequireId(id);
        return OneAtATimeAsync(
            name,
            async limit =>
            {
                // Mounted first and noted then: a mount without a user is taken away at the next start, a user without a mount would be nobody's.
                await publisher.PublishAsync(TargetPath(name), Require(name).Attributes, VolumeSecrets.None, MountAttributes.None, limit);
                try
                {
                    store.AddUser(name, id);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    UnmountUnused(name);
                    throw;
                }

                return TargetPath(name);
            },
            cancellation);
    }

    /// <summary>Takes a use away, and with the last one the mount. Asks nobody who could hang.</summary>
    public Task UnmountAsync(string name, string id, CancellationToken cancellation)
    {
        DockerVolumeStore.RequireId(id);
        return OneAtATimeAsync(
            name,
            _ =>
            {
                Require(name);
                store.RemoveUser(name, id);
                return Task.FromResult(UnmountUnused(name));
            },
            cancellation);
    }

    /// <summary>Where a volume is mounted; empty where it is not.</summary>
    public string FindPath(string name)
    {
        Require(name);
        return MountpointOf(name);
    }

    /// <summary>A volume with what is known of it.</summary>
    public PluginVolume Get(string name)
    {
        Dictionary<string, string> status = new(Require(name).Options, StringComparer.Ordinal) { ["users"] = store.CountUsers(name).ToString(CultureInfo.InvariantCulture) };
        return new PluginVolume(name, MountpointOf(name), status);
    }

    /// <summary>All volumes.</summary>
    public IReadOnlyList<PluginVolume> List() => [.. store.Names().Select(name => new PluginVolume(name, MountpointOf(name), null))];

    /// <summary>After a start: takes away what is mounted for nobody.</summary>
    public void Tidy()
    {
        HashSet<string> known = [.. store.Names()];
        foreach (string name in Directory.Exists(Mounts) ? Directory.GetDirectories(Mounts).Select(path => Path.GetFileName(path)!) : [])
        {
            try
            {
                if (!known.Contains(name) || store.CountUsers(name) == 0)
                {
                    publisher.Unpublish(TargetPath(name));
                }
            }
            catch (Exception error) when (error is StratoException or IOException or UnauthorizedAccessException)
            {
                NotTidied(log, TargetPath(name), error.Message);
            }
        }
    }

    private bool UnmountUnused(string name) => store.CountUsers(name) == 0 && publisher.Unpublish(TargetPath(name));

    private DockerVolume Require(string name) =>
        store.Find(name) ?? throw new VolumeFailure(VolumeFailureKind.NotFound, $"there is no volume {name}: see 'docker volume ls', or create it");

    private string TargetPath(string name) => Path.Combine(Mounts, name);

    private PublishTarget Target(string name) => PublishTarget.Parse(TargetPath(name), "the volume's directory", makesParent: false);

    private string MountpointOf(string name) => Target(name).Mounted is { } mounted ? Encoding.UTF8.GetString(mounted.MountPoint) : "";

    /// <summary>Runs work within the limit, on another thread: it may hang in the kernel.</summary>
    private async Task<T> OneAtATimeAsync<T>(string name, Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        // A caller that goes away does not end the work: it is idempotent, and the next call finds it done.
        Task<T> running = Task.Run(() => gate.RunAsync(name, () => WithinLimitAsync(work), CancellationToken.None), CancellationToken.None);
        try
        {
            return await running.WaitAsync(options.Limit + TimeSpan.FromSeconds(1), cancellation);
        }
        catch (Exception error) when (error is TimeoutException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new VolumeFailure(
                VolumeFailureKind.DeadlineExceeded, $"the volume {name} takes longer than {options.Limit.TotalSeconds:F0} s: see whether the client answers (strato talk {options.MountDirectory} status)", error);
        }
    }

    private async Task<T> WithinLimitAsync<T>(Func<CancellationToken, Task<T>> work)
    {
        using CancellationTokenSource timeout = new(options.Limit);
        return await work(timeout.Token);
    }

    [LoggerMessage(1, LogLevel.Warning, "cannot take away what is mounted for nobody at {Place}: {Reason}")]
    private static partial void NotTidied(ILogger logger, string place, string reason);
}
