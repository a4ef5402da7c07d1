using System.Text;
using Strato.Core;
using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// Has a cache scrubbed now and then by one of the processes that have it open: whoever holds the lock of the file <c>scrub</c>, whose
/// modification time is the end of the last scrub.
/// </summary>
internal sealed class ScrubSchedule(Func<CacheOpening> opening, CacheOptions options)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromHours(1);

    /// <summary>Looks from time to time whether a scrub is due, until it is cancelled. Never fails.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (options.ScrubRate <= 0)
        {
            return;
        }

        TimeSpan pause = options.ScrubDelay;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(pause, options.Time, cancellationToken);
                pause = LookInterval;
                if (IsDue())
                {
                    _ = await ScrubAsync(options.ScrubRate, cancellationToken);
                }
            }
            catch (Exception error) when (error is OperationCanceledException or StratoException or ObjectDisposedException)
            {
                // The cache closes, was made anew under the scrub, or its disk has trouble that whoever needs an entry will meet; the next
                // look comes in an hour.
            }
        }
    }

    /// <summary>True where the last scrub of any process ended long enough ago.</summary>
    public bool IsDue()
    {
        Errno errno = PosixPath.GetStatus(opening().Directory.Root, "scrub"u8, out FileStatus status);
        return errno != Errno.None
            || options.Time.GetUtcNow().ToUnixTimeSeconds() - status.ModificationTime.Seconds >= (long)options.ScrubEvery.TotalSeconds;
    }

    /// <summary>Scrubs now; null where another process does.</summary>
    /// <param name="bytesPerSecond">The pace.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="StratoException">The cache's disk has trouble.</exception>
    public async Task<ScrubResult?> ScrubAsync(long bytesPerSecond, CancellationToken cancellationToken)
    {
        const uint ownerOnly = 0x180; // 0600
        CacheOpening now = opening();
        CacheDirectory directory = now.Directory;
        byte[] name = Encoding.ASCII.GetBytes("scrub");
        PosixFile.Open(directory.Root, name, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow, out FileDescriptor? held, ownerOnly)
            .ThrowIfFailed("scrubbing the cache", directory.Location);
        using (held)
        {
            if (PosixFile.Lock(held!, FileLock.Exclusive, wait: false) != Errno.None)
            {
                return null;
            }

            ScrubResult result = await new CacheScrubber(directory, now.Usage, options.Time).RunAsync(bytesPerSecond, cancellationToken);
            Timestamp ended = EntryStamp.Make(options.Time.GetUtcNow(), isVolatile: false);
            _ = RawDescriptor.SetTimes(held!.Value, ended, ended);
            if (result.Removed > 0)
            {
                options.Notice($"{result.Removed} of {result.Checked} objects in the cache {directory.Location} were damaged on its disk and have been removed");
            }

            return result;
        }
    }
}
