using System.Globalization;
using System.Text;
using Strato.Core;
using Strato.Posix;
using Strato.Publishing.Transactions;

namespace Strato.Transactions;

/// <summary>
/// A kernel overlayfs above a read-only mount. What it does beyond the plain format of upper directories is switched off: a directory that is renamed is copied,
/// a file whose attributes change is copied whole. Its source in the mount table tells whose it is.
/// </summary>
internal static class OverlayView
{
    private const string Options = "redirect_dir=nofollow,index=off,metacopy=off,nfs_export=off,xino=off";

    /// <summary>Mounts a transaction's overlay.</summary>
    /// <param name="places">Where its directories are.</param>
    /// <param name="record">The transaction.</param>
    /// <param name="below">The directory with the mount that it lies above.</param>
    /// <exception cref="StratoException">The kernel refuses.</exception>
    public static void Show(TransactionPlaces places, TransactionRecord record, string below)
    {
        byte[] view = Encoding.UTF8.GetBytes(record.View);
        Directory.CreateDirectory(record.View);
        using FileDescriptor lower = Open(below);
        using FileDescriptor upper = Open(places.Changes);
        using FileDescriptor work = Open(places.OverlayWork);
        if (record.Stage == TransactionStage.Opening)
        {
            RootAttributes.Copy(lower, below, places.Changes);
        }

        // Through descriptors: no path has to be quoted, and none can be too long.
        string data = string.Create(
            CultureInfo.InvariantCulture,
            $"lowerdir=/proc/self/fd/{lower.Value},upperdir=/proc/self/fd/{upper.Value},workdir=/proc/self/fd/{work.Value},{Options}");
        Errno errno = Mounts.Mount(SourceOf(places), view, "overlay"u8, MountFlags.NoDevices, Encoding.ASCII.GetBytes(data));
        if (errno != Errno.None)
        {
            string reason = errno switch
            {
                Errno.ENODEV => "the kernel has no overlay file system; load it (modprobe overlay)",
                Errno.EINVAL => $"the file system of {places.Folder} cannot be written through an overlay (it may be one itself, or a network file system)",
                Errno.EPERM => "the process lacks CAP_SYS_ADMIN",
                _ => errno.Describe(),
            };
            throw new StratoException($"cannot show the transaction at {record.View}: {reason}; a scratch directory works anywhere: strato transaction {places.Name} --scratch");
        }
    }

    /// <summary>True where the overlay is mounted at its place.</summary>
    public static bool IsShown(TransactionPlaces places, TransactionRecord record) =>
        PosixPath.Resolve(Encoding.UTF8.GetBytes(record.View), out byte[] view) == Errno.None
        && MountTable.Find(view) is { } top && IsOurs(places, top);

    /// <summary>Unmounts the overlay where nobody uses it.</summary>
    /// <exception cref="StratoException">Somebody does.</exception>
    public static void Hide(TransactionPlaces places, TransactionRecord record)
    {
        foreach (MountEntry mount in Find(places))
        {
            Errno errno = Mounts.Unmount(mount.MountPoint, UnmountFlags.NoFollow);
            if (errno == Errno.EBUSY)
            {
                string users = ViewUsers.Describe(Encoding.UTF8.GetString(mount.MountPoint)) ?? "a program";
                throw new StratoException(
                    $"cannot publish {places.Name}: {users} uses {record.View}; end that and publish again, or publish with --force");
            }

            errno.ThrowIfFailed("unmount", mount.MountPoint);
        }
    }

    /// <summary>Takes every overlay of the transaction out of the tree, whoever uses it.</summary>
    public static void Drop(TransactionPlaces places)
    {
        foreach (MountEntry mount in Find(places))
        {
            _ = Mounts.Unmount(mount.MountPoint, UnmountFlags.Detach | UnmountFlags.NoFollow);
        }
    }

    private static IEnumerable<MountEntry> Find(TransactionPlaces places) => MountTable.Read().Reverse().Where(mount => IsOurs(places, mount));

    private static bool IsOurs(TransactionPlaces places, MountEntry mount) =>
        mount.Type == "overlay" && mount.Source.AsSpan().SequenceEqual(SourceOf(places));

    private static byte[] SourceOf(TransactionPlaces places) => Encoding.UTF8.GetBytes($"strato:{places.Changes}");

    private static FileDescriptor Open(string folder)
    {
        byte[] path = Encoding.UTF8.GetBytes(folder);
        PosixFile.Open(null, path, OpenFlags.ReadOnly | OpenFlags.Directory, out FileDescriptor? directory).ThrowIfFailed("open", path);
        return directory!;
    }
}
