using Strato.Core.Hashing;

namespace Strato.Publishing.Statistics;

/// <summary>What a revision brought.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="Published">When it was published, in seconds of Unix time.</param>
/// <param name="RootCatalog">Its root catalog.</param>
/// <param name="Tags">The tags that name it.</param>
/// <param name="Entries">All its entries, by its counters.</param>
/// <param name="FileSize">Plain bytes of all its regular files, by its counters: hard links each.</param>
/// <param name="NewContent">Files' objects that no older one of the revisions told about has; all of them for the oldest.</param>
/// <param name="NewCatalogs">The same for catalogs.</param>
public sealed record RevisionGrowth(
    ulong Revision, long Published, ObjectHash RootCatalog, IReadOnlyList<string> Tags, long Entries, long FileSize, ContentSizes NewContent, ContentSizes NewCatalogs);
