using System.Text;
using Strato.Core;
using Strato.Posix;

namespace Strato.Publishing.Repositories;

/// <summary>The right to collect a repository's garbage, held by at most one process at a time. Publishing goes on beside it.</summary>
internal sealed class CollectorLock : IDisposable
{
    private readonly FileDescriptor file;

    private CollectorLock(FileDescriptor file) => this.file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="StratoException">Another process collects.</exception>
    public static CollectorLock Take(RepositoryPlaces places) => TryTake(places)
        ?? throw new StratoException($"the garbage of {places.Name} is being collected by another process; wait until that is done");

    /// <summary>Takes the lock if it is free.</summary>
    public static CollectorLock? TryTake(RepositoryPlaces places)
    {
        string path = Path.Combine(places.Collection, "lock");
        Directory.CreateDirectory(places.Collection);
        Errno errno = PosixFile.Open(null, Encoding.UTF8.GetBytes(path), OpenFlags.ReadWrite | OpenFlags.Create, out FileDescriptor? file, 0x1a4);
        if (errno != Errno.None)
        {
            throw new StratoException($"cannot open the lock {path}: {errno.Describe()}");
        }

        errno = PosixFile.Lock(file!, FileLock.Exclusive, wait: false);
        if (errno == Errno.None)
        {
            return new CollectorLock(file!);
        }

        file!.Dispose();
        return errno == Errno.EAGAIN ? null : throw new StratoException($"cannot lock {path}: {errno.Describe()}");
    }

    public void Dispose() => PosixFile.UnlockAndClose(file);
}
