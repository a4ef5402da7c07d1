namespace Strato.Publishing.Branches;

/// <summary>What the next publish starts from.</summary>
/// <param name="Branch">The branch that it is on; empty for the default one.</param>
/// <param name="Tag">The tag that it starts from; null for the current revision.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="RootCatalog">Its root catalog.</param>
/// <param name="IsNew">True where the branch begins with it.</param>
public sealed record CheckoutOutcome(string Branch, string? Tag, ulong Revision, string RootCatalog, bool IsNew);
