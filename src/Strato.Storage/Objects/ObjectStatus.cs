namespace Strato.Storage.Objects;

/// <summary>What a store knows of an object without reading it.</summary>
/// <param name="Length">Its stored length in bytes.</param>
/// <param name="LastModified">When it was put or last swapped, by the storage's clock.</param>
public readonly record struct ObjectStatus(long Length, DateTimeOffset LastModified);
