using Strato.Core.Hashing;

namespace Strato.Publishing.Revisions;

/// <summary>A revision that somebody asked for.</summary>
/// <param name="Name">What it was called: a tag, a number or a root catalog's hash.</param>
/// <param name="Revision">Its number.</param>
/// <param name="Timestamp">When it was published, in seconds of Unix time.</param>
/// <param name="RootCatalog">Its root catalog.</param>
/// <param name="RootCatalogSize">That catalog's plain bytes, 0 where unknown.</param>
public sealed record NamedRevision(string Name, ulong Revision, long Timestamp, ObjectHash RootCatalog, long RootCatalogSize);
