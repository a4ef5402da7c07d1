namespace Strato.Commands;

/// <summary>What <c>strato add-replica --json</c> prints.</summary>
/// <param name="Repository">The replica's name.</param>
/// <param name="Sources">Where it comes from.</param>
/// <param name="Storage">Where it is kept.</param>
/// <param name="PassThrough">Whether nothing is kept.</param>
internal sealed record AddReplicaReport(string Repository, IReadOnlyList<string> Sources, string Storage, bool PassThrough);
