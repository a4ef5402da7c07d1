namespace Strato.Commands;

/// <summary>What <c>strato mkfs --json</c> prints.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="Revision">Its first revision.</param>
/// <param name="RootCatalog">The hash of its root catalog.</param>
/// <param name="Storage">Where its objects live.</param>
/// <param name="PublicKey">The key file that clients need.</param>
internal sealed record MkfsReport(string Name, ulong Revision, string RootCatalog, string Storage, string PublicKey);
