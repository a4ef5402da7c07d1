namespace Strato.Client.Control;

/// <summary>What <c>talk ... cache list</c> shows.</summary>
/// <param name="Total">Objects in all.</param>
/// <param name="Entries">As many of them as an answer has room for.</param>
internal sealed record CacheListReport(long Total, IReadOnlyList<CacheEntryReport> Entries);
