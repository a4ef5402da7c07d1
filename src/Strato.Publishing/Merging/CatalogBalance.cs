using Strato.Core.Compression;
using Strato.Core.Hashing;

namespace Strato.Publishing.Merging;

/// <summary>When catalogs are split and merged by themselves (<c>CVMFS_AUTOCATALOGS_MAX_WEIGHT</c> and <c>_MIN_WEIGHT</c>).</summary>
/// <param name="Maximum">Entries above which a catalog is split.</param>
/// <param name="Minimum">Entries below which an automatic catalog is merged, and a subtree is not worth one.</param>
/// <param name="EmptyFile">The object of an empty file, which the markers have for content.</param>
internal sealed record CatalogBalance(int Maximum, int Minimum, Func<(ObjectHash Hash, CompressionAlgorithm Compression)> EmptyFile);
