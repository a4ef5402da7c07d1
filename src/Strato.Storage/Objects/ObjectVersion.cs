namespace Strato.Storage.Objects;

/// <summary>
/// A mutable object's version: an opaque token, equal only for equal bytes (a content digest, an S3 ETag). It means something only to
/// the kind of store that gave it.
/// </summary>
/// <param name="Token">The token's text.</param>
public readonly record struct ObjectVersion(string Token);
