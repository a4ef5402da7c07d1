namespace Strato.Storage.Objects;

/// <summary>How a compare-and-swap went.</summary>
/// <param name="Swapped">True where the new bytes are in place; false where the expected version was not the current one.</param>
/// <param name="Current">The version in place after the call; null where the object is absent.</param>
public readonly record struct SwapResult(bool Swapped, ObjectVersion? Current);
