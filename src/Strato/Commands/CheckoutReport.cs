namespace Strato.Commands;

/// <summary>What <c>strato checkout --json</c> prints.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="Branch">The branch that the next publish is on; empty for the default one.</param>
/// <param name="Tag">The tag that it starts from; null for the current revision.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="RootCatalog">The hash of its root catalog.</param>
/// <param name="NewBranch">True where the branch begins with it.</param>
internal sealed record CheckoutReport(string Name, string Branch, string? Tag, ulong Revision, string RootCatalog, bool NewBranch);
