namespace Strato.Storage.Cache;

/// <summary>What a scrub found.</summary>
/// <param name="Checked">Entries that were read against their digest.</param>
/// <param name="Removed">Those that were damaged, and are gone.</param>
/// <param name="WithoutDigest">Entries that have none, because the file system keeps no attributes.</param>
public readonly record struct ScrubResult(long Checked, long Removed, long WithoutDigest);
