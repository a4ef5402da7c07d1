namespace Strato.Commands;

/// <summary>What <c>strato stats --json</c> prints. Sizes are bytes, times UTC. Fields of stored bytes are null with <c>--quick</c>.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="Revision">The revision whose tree was counted.</param>
/// <param name="RootCatalog">Its root catalog.</param>
/// <param name="Catalogs">Its catalogs.</param>
/// <param name="Subtrees">Its directories down to <c>--depth</c>, the root first.</param>
/// <param name="Revisions">The newest revisions, the oldest of them first.</param>
/// <param name="MissingCatalogs">Catalogs that could not be read: what is below is not counted.</param>
/// <param name="MissingObjects">Objects that the storage lacks.</param>
internal sealed record StatsReport(
    string Name,
    ulong Revision,
    string RootCatalog,
    StatsContent Catalogs,
    IReadOnlyList<StatsSubtree> Subtrees,
    IReadOnlyList<StatsRevision> Revisions,
    long MissingCatalogs,
    long MissingObjects);
