namespace Strato.Commands;

/// <summary>What <c>strato gc --json</c> prints.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="DryRun">Whether nothing was changed.</param>
/// <param name="Resumed">Whether it went on with what an interrupted one had found.</param>
/// <param name="KeptRevisions">Root catalogs that stay.</param>
/// <param name="DroppedRevisions">Root catalogs that nothing knows of any more.</param>
/// <param name="KeptCatalogs">Catalogs of what stays.</param>
/// <param name="KeptObjects">Objects of what stays.</param>
/// <param name="SeenObjects">Objects that the storage had.</param>
/// <param name="YoungObjects">Objects that nothing needs but that are too young to go.</param>
/// <param name="DeletedObjects">Objects that were deleted, or would be.</param>
/// <param name="DeletedBytes">Their stored bytes.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record GcReport(
    string Name,
    bool DryRun,
    bool Resumed,
    int KeptRevisions,
    int DroppedRevisions,
    long KeptCatalogs,
    long KeptObjects,
    long SeenObjects,
    long YoungObjects,
    long DeletedObjects,
    long DeletedBytes,
    double Seconds);
