using Strato.Core.History;

namespace Strato.Publishing.Operations;

/// <summary>What a rollback made, or would make.</summary>
/// <param name="Revision">The revision that readers see then.</param>
/// <param name="RootCatalog">Its root catalog; the target's where nothing was made.</param>
/// <param name="Target">The tag that was gone back to, as it was before.</param>
/// <param name="Removed">Tags that are gone with it, newest first.</param>
public sealed record RollbackOutcome(ulong Revision, string RootCatalog, HistoryTag Target, IReadOnlyList<HistoryTag> Removed);
