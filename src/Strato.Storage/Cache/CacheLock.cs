using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// Waits for another process's lock in the cache, but not for ever: a process that is stopped (a paused container, a debugger) keeps its locks,
/// and nobody's read may hang for that.
/// </summary>
internal static class CacheLock
{
    /// <summary>Takes the lock; EAGAIN where another process held it all the time.</summary>
    public static Errno Take(FileDescriptor file, FileLock kind, TimeSpan patience)
    {
        long until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        for (int pause = 1; ; pause = Math.Min(pause * 2, 50))
        {
            Errno errno = PosixFile.Lock(file, kind, wait: false);
            if (errno != Errno.EAGAIN || Environment.TickCount64 >= until)
            {
                return errno;
            }

            Thread.Sleep(pause);
        }
    }
}
