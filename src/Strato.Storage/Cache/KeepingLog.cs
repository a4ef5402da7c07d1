namespace Strato.Storage.Cache;

/// <summary>
/// Says once when objects cannot be kept in the cache any more, and once when they can again; thread-safe. While a disk is full small
/// objects may still find room: only one as large as one that did not ends it.
/// </summary>
internal sealed class KeepingLog(CacheOptions options)
{
    private readonly Lock gate = new();
    private long smallestRefused = long.MaxValue;

    /// <summary>An object was served without being kept.</summary>
    /// <param name="location">The cache's directory.</param>
    /// <param name="length">The object's bytes.</param>
    /// <param name="reason">Why, as the end of a sentence.</param>
    public void Refused(string location, long length, string reason)
    {
        bool isFirst;
        lock (gate)
        {
            isFirst = smallestRefused == long.MaxValue;
            smallestRefused = Math.Min(smallestRefused, length);
        }

        if (isFirst)
        {
            options.Notice($"the cache in {location} keeps nothing more: {reason}; what is read now is served without being kept");
        }
    }

    /// <summary>An object was kept.</summary>
    /// <param name="location">The cache's directory.</param>
    /// <param name="length">The object's bytes.</param>
    public void Kept(string location, long length)
    {
        if (length < Volatile.Read(ref smallestRefused))
        {
            return;
        }

        bool isFirst;
        lock (gate)
        {
            isFirst = length >= smallestRefused;
            smallestRefused = isFirst ? long.MaxValue : smallestRefused;
        }

        if (isFirst)
        {
            options.Notice($"the cache in {location} keeps objects again");
        }
    }
}
