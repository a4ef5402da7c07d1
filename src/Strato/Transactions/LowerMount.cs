using System.Text;
using Strato.Core;
using Strato.Fuse.Mounting;
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

    /// <summary>Mounts and returns once the mount can be used.</summary>
    /// <exception cref="StratoException">It cannot be mounted.</exception>
    public static void Make(TransactionPlaces places, TransactionRecord record, RepositoryHome home, TextWriter error, CancellationToken cancellation)
    {
        List<string> arguments =
        [
            "mount", places.Name, places.Lower,
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

        Directory.CreateDirectory(places.Lower);
        int code = MountDaemon.StartAsync(arguments, error, cancellation).GetAwaiter().GetResult();
        if (code != ExitCode.Done)
        {
            throw new StratoException($"cannot show revision {record.Revision} of {places.Name} below the transaction: its mount could not be made");
        }
    }

    /// <summary>Takes the way to the mount out of the tree; it ends with its last user.</summary>
    public static void Drop(TransactionPlaces places)
    {
        byte[] lower = Encoding.UTF8.GetBytes(places.Lower);
        while (MountTable.Find(lower) is { IsFuse: true } && Mounts.Unmount(lower, UnmountFlags.Detach | UnmountFlags.NoFollow) == Errno.None)
        {
        }
    }
}
