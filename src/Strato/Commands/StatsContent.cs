namespace Strato.Commands;

/// <summary>Distinct objects in <c>strato stats --json</c>.</summary>
/// <param name="Objects">Their number.</param>
/// <param name="Plain">Their plain bytes: deduplicated.</param>
/// <param name="Stored">Their bytes in the storage: compressed.</param>
internal sealed record StatsContent(long Objects, long Plain, long? Stored);
