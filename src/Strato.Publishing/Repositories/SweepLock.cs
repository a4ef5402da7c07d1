using System.Text;
using Strato.Core;
using Strato.Posix;

namespace Strato.Publishing.Repositories;

/// <summary>
/// Keeps those who put objects and the one who deletes objects apart (docs/designs/017-garbage-collection.md): whoever changes a repository shares it, for as
/// long as that takes; a collector has it alone, for one short batch at a time. It is an flock, which the kernel drops with its holder.
/// </summary>
internal sealed class SweepLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileDescriptor file;

    private SweepLock(FileDescriptor file) => this.file = file;

    /// <summary>Waits until no batch is being deleted, which is a matter of a fraction of a second, and keeps the next one from beginning.</summary>
    public static SweepLock Share(RepositoryPlaces places)
    {
        FileDescriptor opened = Open(places);
        Errno errno = PosixFile.Lock(opened, FileLock.Shared, wait: true);
        if (errno != Errno.None)
        {
            opened.Dispose();
            errno.ThrowIfFailed($"lock {places.Name}: share", Encoding.UTF8.GetBytes(places.SweepLock));
        }

        return new SweepLock(opened);
    }

    /// <summary>The same where a whole collection may have to be waited for, which is worth a word and can be given up.</summary>
    /// <inheritdoc cref="TakeAlone"/>
    public static SweepLock Share(RepositoryPlaces places, Action waits, CancellationToken cancellation) => Take(places, FileLock.Shared, waits, cancellation);

    /// <summary>Waits until nobody changes the repository, and keeps everybody from it.</summary>
    /// <param name="places">The repository.</param>
    /// <param name="waits">Told once when there is somebody to wait for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static SweepLock TakeAlone(RepositoryPlaces places, Action waits, CancellationToken cancellation) => Take(places, FileLock.Exclusive, waits, cancellation);

    private static SweepLock Take(RepositoryPlaces places, FileLock kind, Action waits, CancellationToken cancellation)
    {
        FileDescriptor opened = Open(places);
        try
        {
            // Not with a lock that waits: that could not be cancelled.
            for (bool isFirst = true; ; isFirst = false)
            {
                Errno errno = PosixFile.Lock(opened, kind, wait: false);
                if (errno == Errno.None)
                {
                    return new SweepLock(opened);
                }

                if (errno != Errno.EAGAIN)
                {
                    errno.ThrowIfFailed($"lock {places.Name}: take", Encoding.UTF8.GetBytes(places.SweepLock));
                }

                if (isFirst)
                {
                    waits();
                }

                cancellation.WaitHandle.WaitOne(Pause);
                cancellation.ThrowIfCancellationRequested();
            }
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose() => PosixFile.UnlockAndClose(file);

    private static FileDescriptor Open(RepositoryPlaces places)
    {
        byte[] path = Encoding.UTF8.GetBytes(places.SweepLock);
        Errno errno = PosixFile.Open(null, path, OpenFlags.ReadWrite | OpenFlags.Create, out FileDescriptor? file, 0x1a4);
        return errno == Errno.None
            ? file!
            : throw new StratoException($"cannot open the lock {places.SweepLock}: {errno.Describe()}");
    }
}
