namespace Strato.Client.Control;

/// <summary>A catalog of <c>talk ... open catalogs</c>.</summary>
/// <param name="Repository">Whose it is.</param>
/// <param name="MountPoint">The directory whose tree it lists, below the repository's root; empty for the root.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Entries">Entries that it lists itself.</param>
internal sealed record OpenCatalogReport(string Repository, string MountPoint, string Hash, long Entries);
