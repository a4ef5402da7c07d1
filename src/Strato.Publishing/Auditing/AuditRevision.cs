namespace Strato.Publishing.Auditing;

/// <summary>A revision as an audit log names it.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="RootCatalog">Its root catalog's hash.</param>
public sealed record AuditRevision(ulong Revision, string RootCatalog);
