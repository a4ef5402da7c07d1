using System.Text;
using Strato.Core;
using Strato.Core.Hashing;
using Strato.Posix;

namespace Strato.Publishing.Repositories;

/// <summary>
/// The spool area that a genuine server keeps for a repository that it made (<c>CVMFS_SPOOL_DIR</c>): a flag that says that a transaction is
/// open, locks that say who publishes and collects, and the reflog's checksum. Strato keeps to the flag, holds the locks while it
/// changes the repository and writes the checksum, so that either may go on where the other has ended (docs/designs/019-adopting.md).
/// </summary>
internal sealed class GenuineSpool : IDisposable
{
    private const uint LockMode = 0x180; // 0600, as the genuine tools make it

    private readonly string repository;
    private readonly string directory;
    private readonly List<(FileDescriptor File, string Path)> held = [];

    private GenuineSpool(string repository, string directory)
    {
        this.repository = repository;
        this.directory = directory;
    }

    private string TransactionFlag => Path.Combine(directory, "in_transaction.lock");

    private string PublishingLock => Path.Combine(directory, "is_publishing.lock");

    private string CollectingLock => Path.Combine(directory, "is_collecting.lock");

    private string Checksum => Path.Combine(directory, "reflog.chksum");

    /// <summary>Begins to change a repository; null where it has no spool area here.</summary>
    /// <exception cref="StratoException">The genuine server is changing it.</exception>
    public static GenuineSpool? Enter(RepositorySettings settings)
    {
        if (Of(settings) is not { } spool)
        {
            return null;
        }

        try
        {
            if (!spool.TryLock(spool.PublishingLock))
            {
                throw new StratoException($"{settings.Name} is being published by cvmfs_server; wait until that is done");
            }

            // A check holds this one for hours and need not be waited for; a collection opens a transaction as well.
            _ = spool.TryLock(spool.CollectingLock);
            spool.RequireNoTransaction();
            return spool;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    /// <summary>Throws where the genuine server has a transaction open; leaves its locks alone.</summary>
    public static void RequireNoTransaction(RepositorySettings settings)
    {
        using GenuineSpool? spool = Of(settings);
        spool?.RequireNoTransaction();
    }

    /// <summary>True where the genuine server has a transaction open or publishes at the moment.</summary>
    public static bool IsBusy(RepositorySettings settings)
    {
        using GenuineSpool? spool = Of(settings);
        return spool is not null && (File.Exists(spool.TransactionFlag) || !spool.TryLock(spool.PublishingLock));
    }

    /// <summary>
    /// Throws where the genuine server has a transaction open: its publish would take the place of what is published meanwhile. Nothing keeps it
    /// from opening one after <see cref="Enter"/>, so this is asked again right before the commit point.
    /// </summary>
    public void RequireNoTransaction()
    {
        if (File.Exists(TransactionFlag))
        {
            throw new StratoException(
                $"{repository} is in a transaction of cvmfs_server; end it with cvmfs_server publish {repository} or cvmfs_server abort {repository}");
        }
    }

    /// <summary>Writes down the checksum of the reflog that is now in the storage, unless it is there.</summary>
    public void KeepChecksum(ObjectHash reflog)
    {
        string text = reflog.ToString();
        try
        {
            if (File.Exists(Checksum) && File.ReadAllText(Checksum).Trim() == text)
            {
                return;
            }

            string temporary = $"{Checksum}.new";
            File.WriteAllText(temporary, text);
            KeepOwner(temporary);
            File.Move(temporary, Checksum, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot tell the genuine server of {repository} the reflog's checksum: {error.Message.TrimEnd('.')}", error);
        }
    }

    public void Dispose()
    {
        foreach ((FileDescriptor file, string path) in held)
        {
            // Removed while it is locked, as the genuine tools do.
            _ = PosixPath.Unlink(null, Encoding.UTF8.GetBytes(path));
            file.Dispose();
        }

        held.Clear();
    }

    private static GenuineSpool? Of(RepositorySettings settings) =>
        settings.Spool is { } directory && Directory.Exists(directory) ? new GenuineSpool(settings.Name, directory) : null;

    private bool TryLock(string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        while (true)
        {
            PosixFile.Open(null, bytes, OpenFlags.ReadWrite | OpenFlags.Create, out FileDescriptor? file, LockMode)
                .ThrowIfFailed($"keep the genuine server from {repository}: open", bytes);
            Errno errno = PosixFile.Lock(file!, FileLock.Exclusive, wait: false);
            if (errno == Errno.EAGAIN)
            {
                file!.Dispose();
                return false;
            }

            if (errno == Errno.None && PosixFile.GetStatus(file!, out FileStatus status) == Errno.None && status.LinkCount == 0)
            {
                // Its last holder has removed it between the two calls.
                file!.Dispose();
                continue;
            }

            held.Add((file!, path));
            errno.ThrowIfFailed($"keep the genuine server from {repository}: lock", bytes);
            return true;
        }
    }

    // The genuine server writes it as the repository's owner.
    private void KeepOwner(string file)
    {
        byte[] folder = Encoding.UTF8.GetBytes(directory);
        PosixPath.GetStatus(null, folder, out FileStatus owner, follow: true).ThrowIfFailed("look at", folder);
        if (owner.Uid != PosixProcess.EffectiveUserId)
        {
            byte[] path = Encoding.UTF8.GetBytes(file);
            PosixPath.SetOwner(null, path, owner.Uid, owner.Gid).ThrowIfFailed("give to the repository's owner", path);
        }
    }
}
