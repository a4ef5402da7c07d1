namespace Strato.Storage.Cache;

/// <summary>An entry as <see cref="ObjectCache.List"/> shows it.</summary>
/// <param name="Entry">The object.</param>
/// <param name="Length">Its plain bytes.</param>
/// <param name="LastUse">When it was used, to within <see cref="CacheOptions.StampInterval"/>.</param>
/// <param name="IsPinned">It was pinned by <see cref="ObjectCache.TrySetPinned"/>.</param>
/// <param name="IsInUse">Some process holds it: an open file, a catalog.</param>
/// <param name="IsVolatile">It goes before all others.</param>
public readonly record struct CacheEntryInfo(CachedObject Entry, long Length, DateTimeOffset LastUse, bool IsPinned, bool IsInUse, bool IsVolatile);
