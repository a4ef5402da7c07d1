namespace Strato.Storage.Cache;

/// <summary>A piece of a file that is assembled.</summary>
/// <param name="Entry">The entry that holds it.</param>
/// <param name="Length">Its plain length in bytes.</param>
public readonly record struct CachePart(CachedObject Entry, long Length);
