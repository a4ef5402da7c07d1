namespace Strato.Storage.Objects;

/// <summary>One object of a listing.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Status">Its length and time when it was listed.</param>
public readonly record struct ObjectListing(string Key, ObjectStatus Status);
