using System.Text;
using Strato.Core;
using Strato.Mounting;
using Strato.Posix;
using Strato.Publishing.Repositories;
using Strato.Publishing.Transactions;

namespace Strato.Transactions;

/// <summary>
/// The read-only mount of the revision that a transaction began with: a <c>strato mount</c> of its own, which ends with the last overlay above it. Another
/// process serves it, so that nothing here can wait for itself.
/// </summary>
internal static class LowerMount
{
    // What a site's clients do to owners, modes and attributes has no place in what is published; nor have its parameter files.
    private static readonly string[] Settings =
    [
        "CVMFS_MAGIC_XATTRS_VISIBILITY=never",
        "CVMFS_CLAIM_OWNERSHIP=no",
        "CVMFS_WORLD_READABLE=no",
    ];

    /// <summary>Mounts in a new directory, which nobody can have begun to mount on before, and returns it once the mount can be used.</summary>
    /// <exception cref="StratoException">It cannot be mounted.</exception>
    public static string Make(TransactionPlaces places, TransactionRecord record, RepositoryHome home, TextWriter error, CancellationToken cancellation)
    {
        string lower = Path.Combine(places.Lower, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(lower);
        List<string> arguments =
        [
            "mount", places.Name, lower,
            "--home", home.Directory,
            "--root-hash", record.ShownCatalog,
            "--config", Path.Combine(places.Folder, "config"),
        ];
        foreach (string setting in Settings)
        {
            arguments.AddRange("--set", setting);
        }

        if (home.Load(places.Name).Keys is { } keys)
        {
            arguments.AddRange("--key", Path.Combine(keys, places.Name + ".pub"));
        }

        int code = MountDaemon.StartAsync(arguments, error, cancellation).GetAwaiter().GetResult();
        return code == ExitCode.Done
            ? lower
            : throw new StratoException($"cannot show revision {record.Revision} of {places.Name} below the transaction: its mount could not be made");
    }

    /// <summary>Takes the ways to such mounts out of the tree; they end with their last users.</summary>
    public static void Drop(TransactionPlaces places)
    {
        if (PosixPath.Resolve(Encoding.UTF8.GetBytes(places.Lower), out byte[] folder) != Errno.None)
        {
            return;
        }

        byte[] below = [.. folder, (byte)'/'];
        foreach (MountEntry mount in MountTable.Read().Reverse().Where(mount => mount.IsFuse && mount.MountPoint.AsSpan().StartsWith(below)))
        {
            _ = Mounts.Unmount(mount.MountPoint, UnmountFlags.Detach | UnmountFlags.NoFollow);
        }
    }
}
