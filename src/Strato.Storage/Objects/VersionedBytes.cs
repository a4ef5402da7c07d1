namespace Strato.Storage.Objects;

/// <summary>A mutable object's bytes and the version that they are.</summary>
/// <param name="Bytes">The whole object; the caller's own copy.</param>
/// <param name="Version">What <see cref="IObjectStore.CompareAndSwapAsync"/> expects for replacing just these bytes.</param>
public sealed record VersionedBytes(ReadOnlyMemory<byte> Bytes, ObjectVersion Version);
