using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Core.Catalogs;

/// <summary>A reference to another catalog: a row of table <c>nested_catalogs</c> or <c>bind_mountpoints</c>.</summary>
/// <param name="Path">The directory that the other catalog fills.</param>
/// <param name="Hash">The other catalog; <c>default</c> in a catalog that is being written.</param>
/// <param name="Size">The other catalog's plain size in bytes, 0 where unknown (before schema revision 1).</param>
public sealed record NestedCatalog(RepositoryPath Path, ObjectHash Hash, long Size);
