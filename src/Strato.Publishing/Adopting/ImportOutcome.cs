namespace Strato.Publishing.Adopting;

/// <summary>A repository that was taken over.</summary>
/// <param name="Storage">Where its objects are.</param>
/// <param name="Keys">The directory with its keys.</param>
/// <param name="Settings">The genuine server's settings, which go on to hold; null where there are none.</param>
/// <param name="Revision">The revision that it is at.</param>
/// <param name="RootCatalog">The hash of that revision's root catalog.</param>
/// <param name="Tags">The number of named revisions.</param>
/// <param name="HasMasterKey">Whether its whitelist can be signed here.</param>
public sealed record ImportOutcome(string Storage, string Keys, string? Settings, ulong Revision, string RootCatalog, int Tags, bool HasMasterKey);
