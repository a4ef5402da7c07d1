namespace Strato.Client.Mounting;

/// <summary>What <c>talk ... cache</c> shows.</summary>
/// <param name="Folder">The cache's directory.</param>
/// <param name="UsedBytes">Bytes in it, of all mounts.</param>
/// <param name="QuotaBytes">Its quota; -1 for none.</param>
/// <param name="Entries">Objects in it.</param>
internal sealed record CacheReport(string Folder, long UsedBytes, long QuotaBytes, long Entries);
