using Strato.Core;

namespace Strato.Storage.Cache;

/// <summary>
/// The opening of a cache that is used now, and a new one when somebody has removed the directory or what is in it (<c>rm -rf</c> under a
/// running mount). Thread-safe.
/// </summary>
internal sealed class CacheRestoration : IDisposable
{
    /// <summary>Calls on an opening that was replaced are over long before; until then it must stay mapped.</summary>
    private static readonly TimeSpan Afterlife = TimeSpan.FromMinutes(10);

    private readonly CacheOptions options;
    private readonly Lock gate = new();
    private readonly Queue<(CacheOpening Opening, DateTimeOffset Since)> replaced = new();
    private CacheOpening current;

    public CacheRestoration(CacheOptions options)
    {
        this.options = options;
        current = CacheOpening.Open(options);
    }

    /// <summary>The opening, in place or not.</summary>
    public CacheOpening Current => Volatile.Read(ref current);

    /// <summary>
    /// The opening, after making a new one where the old one's directory is gone. For the way of an object in, which costs far more than
    /// the look.
    /// </summary>
    /// <param name="isIncomplete">A directory in it was found missing: those that are missing are made.</param>
    /// <param name="hasChanged">True where anything had to be made, so that what there is should be counted.</param>
    /// <exception cref="StratoException">It cannot be made.</exception>
    public CacheOpening Ensure(bool isIncomplete, out bool hasChanged)
    {
        hasChanged = false;
        CacheOpening seen = Current;
        if (seen.IsInPlace && !isIncomplete)
        {
            return seen;
        }

        lock (gate)
        {
            if (current.IsInPlace)
            {
                if (isIncomplete)
                {
                    current.Directory.Complete();
                    hasChanged = true;
                }

                return current;
            }

            CacheOpening opened = CacheOpening.Open(options);
            replaced.Enqueue((current, options.Time.GetUtcNow()));
            Volatile.Write(ref current, opened);
            hasChanged = true;
            DisposeReplaced(options.Time.GetUtcNow() - Afterlife);
            options.Notice($"the cache in {opened.Directory.Location} was removed while it was in use, and has been made anew");
            return opened;
        }
    }

    public void Dispose()
    {
        DisposeReplaced(DateTimeOffset.MaxValue);
        current.Dispose();
    }

    private void DisposeReplaced(DateTimeOffset until)
    {
        while (replaced.TryPeek(out (CacheOpening Opening, DateTimeOffset Since) oldest) && oldest.Since <= until)
        {
            replaced.Dequeue();
            oldest.Opening.Dispose();
        }
    }
}
