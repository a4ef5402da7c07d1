using Strato.Core.Hashing;

namespace Strato.Publishing.Collecting;

/// <summary>What marking came by.</summary>
/// <param name="Revisions">Root catalogs that stay.</param>
/// <param name="Dropped">What is to leave the reflog.</param>
internal sealed record MarkOutcome(int Revisions, IReadOnlyList<ObjectName> Dropped);
