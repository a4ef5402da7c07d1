namespace Strato.Client.Revisions;

/// <summary>A revision that nodes of a mount may still be of, as a successor process needs it. Immutable; serializable.</summary>
/// <param name="Epoch">What node records name it by.</param>
/// <param name="RootHash">Its root catalog, which had been verified.</param>
public sealed record SavedRevision(uint Epoch, string RootHash);
