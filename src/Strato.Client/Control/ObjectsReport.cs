namespace Strato.Client.Control;

/// <summary>What <c>talk ... cache pin</c>, <c>unpin</c> and <c>evict</c> show.</summary>
/// <param name="Path">The path that was named.</param>
/// <param name="Done">pinned, unpinned or evicted.</param>
/// <param name="Objects">How many objects that was done to.</param>
internal sealed record ObjectsReport(string Path, string Done, int Objects);
