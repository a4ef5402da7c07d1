using System.Text;
using Strato.Core;
using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// Has a cache scrubbed now and then by one of the processes that have it open: whoever holds the lock of the file <c>scrub</c>, whose
/// modification time is the end of the last scrub.
/// </summary>
internal sealed class ScrubSchedule(CacheDirectory directory, CacheUsage usage, CacheOptions options)
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
                    await ScrubAsync(cancellationToken);
                }
            }
            catch (Exception error) when (error is OperationCanceledException or StratoException)
            {
                // The cache closes, or its disk has trouble that whoever needs an entry will meet; the next look comes in an hour.
            }
        }
    }

    /// <summary>True where the last scrub of any process ended long enough ago.</summary>
    public bool IsDue()
    {
        Errno errno = PosixPath.GetStatus(directory.Root, "scrub"u8, out FileStatus status);
        return errno != Errno.None
            || options.Time.GetUtcNow().ToUnixTimeSeconds() - status.ModificationTime.Seconds >= (long)options.ScrubEvery.TotalSeconds;
    }

    private async Task ScrubAsync(CancellationToken cancellationToken)
    {
        const uint ownerOnly = 0x180; // 0600
        byte[] name = Encoding.ASCII.GetBytes("scrub");
        PosixFile.Open(directory.Root, name, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow, out FileDescriptor? held, ownerOnly)
            .ThrowIfFailed("scrubbing the cache", directory.Location);
        using (held)
        {
            if (PosixFile.Lock(held!, FileLock.Exclusive, wait: false) == Errno.None)
            {
                await new CacheScrubber(directory, usage, options.Time).RunAsync(options.ScrubRate, cancellationToken);
                Timestamp ended = EntryStamp.Make(options.Time.GetUtcNow(), isVolatile: false);
                _ = RawDescriptor.SetTimes(held!.Value, ended, ended);
            }
        }
    }
}
