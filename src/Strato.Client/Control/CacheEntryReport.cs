namespace Strato.Client.Control;

/// <summary>An entry of <c>talk ... cache list</c>.</summary>
/// <param name="Object">The object's name.</param>
/// <param name="Length">Its plain bytes.</param>
/// <param name="LastUse">When it was used last, to within an hour.</param>
/// <param name="IsPinned">Somebody pinned it.</param>
/// <param name="IsInUse">A process has it open or mapped.</param>
/// <param name="IsVolatile">It is evicted before all others.</param>
internal sealed record CacheEntryReport(string Object, long Length, DateTimeOffset LastUse, bool IsPinned, bool IsInUse, bool IsVolatile);
