using System.Globalization;
using System.Text;
using Strato.Posix;
using Strato.Testing.Processes;

namespace Strato.Testing.Fuse;

/// <summary>
/// A directory to mount on that leaves nothing behind: whatever a test does to the file system on it, and however that hangs, the connection is
/// aborted after a bound (its callers then get ENOTCONN instead of waiting for ever), and disposal aborts, unmounts and removes everything.
/// </summary>
public sealed class MountGuard : IDisposable
{
    private const string ControlDirectory = "/sys/fs/fuse/connections";

    private readonly Timer watchdog;

    /// <summary>Makes an empty directory below the temporary one.</summary>
    /// <param name="bound">How long what is mounted may live; a minute unless told otherwise.</param>
    public MountGuard(TimeSpan? bound = null)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("strato-mount-").FullName;
        File.SetUnixFileMode(
            Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        Leftovers.Remember(this);
        watchdog = new Timer(_ => OutOfTime(), null, bound ?? TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
    }

    /// <summary>The directory to mount on: absolute, without symbolic links.</summary>
    public string Directory { get; }

    /// <summary>True where the bound passed, and whatever failed afterwards with ENOTCONN failed for that.</summary>
    public bool HasExpired { get; private set; }

    /// <summary>What is mounted on the directory or below it, the deepest last.</summary>
    public IReadOnlyList<MountEntry> Mounts
    {
        get
        {
            byte[] root = Encoding.UTF8.GetBytes(Directory);
            byte[] below = Encoding.UTF8.GetBytes(Directory + "/");
            return [.. MountTable.Read().Where(entry => entry.MountPoint.AsSpan().SequenceEqual(root) || entry.MountPoint.AsSpan().StartsWith(below))];
        }
    }

    /// <summary>Makes every waiting and later caller of what is mounted here fail with ENOTCONN.</summary>
    public void Abort()
    {
        foreach (MountEntry entry in Mounts.Where(entry => entry.IsFuse))
        {
            Abort(entry);
        }
    }

    public void Dispose()
    {
        watchdog.Dispose();
        Abort();
        foreach (MountEntry entry in Mounts.Reverse())
        {
            Posix.Mounts.Unmount(entry.MountPoint, UnmountFlags.Detach | UnmountFlags.NoFollow).ThrowIfFailed("unmount", entry.MountPoint);
        }

        System.IO.Directory.Delete(Directory, recursive: true);
        Leftovers.Forget(this);
    }

    private static void Abort(MountEntry entry)
    {
        string connection = string.Create(CultureInfo.InvariantCulture, $"{ControlDirectory}/{entry.Minor}/abort");
        if (!File.Exists(connection) && PosixProcess.EffectiveUserId == 0)
        {
            // The control file system is mounted by systemd on most machines; a small container or virtual machine lacks it.
            Posix.Mounts.Mount("fusectl"u8, Encoding.UTF8.GetBytes(ControlDirectory), "fusectl"u8, MountFlags.None, default);
        }

        if (File.Exists(connection))
        {
            File.WriteAllText(connection, "1");
        }
    }

    private void OutOfTime()
    {
        HasExpired = true;
        Abort();
    }
}
