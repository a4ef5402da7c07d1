using System.Text;
using Strato.Core;
using Strato.Core.Paths;
using Strato.Posix;

namespace Strato.Publishing.Repositories;

/// <summary>
/// The right to change a repository, held by at most one process at a time. It is an flock, which the kernel drops with the process, so a
/// dead holder never blocks anybody; the file's text only tells people who the live one is. Readers never look at it.
/// </summary>
internal sealed class PublisherLock : IDisposable
{
    private readonly FileDescriptor file;
    private SweepLock? sweep;

    private PublisherLock(FileDescriptor file) => this.file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="StratoException">Another process holds it, or the file cannot be made.</exception>
    public static PublisherLock Take(RepositoryPlaces places) =>
        TryTake(places) ?? throw Busy(places);

    /// <summary>What to tell whoever finds the lock taken.</summary>
    public static StratoException Busy(RepositoryPlaces places) =>
        new($"{places.Name} is being changed by {Holder(places)}; wait until that is done");

    /// <summary>Takes the lock if it is free, having waited for a collector that is deleting a batch.</summary>
    // This one first: a collector that is writing the reflog is waited for, not reported as somebody who changes the repository.
    public static PublisherLock? TryTake(RepositoryPlaces places) => TryTake(places, SweepLock.Share(places));

    /// <summary>Takes the lock of a replica, having waited for a collection.</summary>
    /// <param name="places">The replica.</param>
    /// <param name="waits">Told once when there is one to wait for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StratoException">Another process changes it.</exception>
    public static PublisherLock Take(RepositoryPlaces places, Action waits, CancellationToken cancellation) =>
        TryTake(places, SweepLock.Share(places, waits, cancellation)) ?? throw Busy(places);

    private static PublisherLock? TryTake(RepositoryPlaces places, SweepLock shared)
    {
        PublisherLock? taken = null;
        try
        {
            taken = TryTakeWithin(places);
        }
        finally
        {
            if (taken is null)
            {
                shared.Dispose();
            }
            else
            {
                taken.sweep = shared;
            }
        }

        return taken;
    }

    /// <summary>Takes the lock if it is free: for a collector, which keeps everybody else out already.</summary>
    public static PublisherLock? TryTakeWithin(RepositoryPlaces places)
    {
        byte[] path = Encoding.UTF8.GetBytes(places.Lock);
        PosixFile.Open(null, path, OpenFlags.ReadWrite | OpenFlags.Create, out FileDescriptor? file, 0x1a4)
            .ThrowIfFailed($"lock {places.Name}: open", path);
        Errno errno = PosixFile.Lock(file!, FileLock.Exclusive, wait: false);
        if (errno == Errno.EAGAIN)
        {
            file!.Dispose();
            return null;
        }

        PublisherLock taken = new(file!);
        try
        {
            errno.ThrowIfFailed($"lock {places.Name}: lock", path);
            byte[] owner = Encoding.UTF8.GetBytes($"process {Environment.ProcessId} ({CommandLine()}) since {DateTime.UtcNow:u}\n");
            PosixFile.Truncate(file!, 0).ThrowIfFailed($"lock {places.Name}: empty", path);

            // The text is for people; who has no room for it can still drop a transaction and make some.
            errno = PosixFile.WriteAllAt(file!, owner, 0);
            if (errno is not Errno.ENOSPC and not Errno.EDQUOT)
            {
                errno.ThrowIfFailed($"lock {places.Name}: write", path);
            }

            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        sweep?.Dispose();
        PosixFile.UnlockAndClose(file);
    }

    // Not through File, which would want a lock of its own.
    private static string Holder(RepositoryPlaces places)
    {
        byte[] text = new byte[4096];
        int length = 0;
        Errno errno = PosixFile.Open(null, Encoding.UTF8.GetBytes(places.Lock), OpenFlags.ReadOnly, out FileDescriptor? lockFile);
        using (lockFile)
        {
            errno = errno == Errno.None ? PosixFile.ReadFullyAt(lockFile!, text, 0, out length) : errno;
        }

        return errno == Errno.None && length > 0 ? BytesText.Escape(text.AsSpan(0, length).TrimEnd((byte)'\n')) : "another process";
    }

    private static string CommandLine() =>
        string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Prepend("strato")).ReplaceLineEndings(" ");
}
