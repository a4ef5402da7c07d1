using Strato.Core.Compression;
using Strato.Core.Hashing;

namespace Strato.Core.Catalogs;

/// <summary>An object that a catalog's files are made of.</summary>
/// <param name="Name">The object: a whole file or a chunk of one.</param>
/// <param name="Compression">How it is encoded.</param>
/// <param name="Size">Its plain bytes.</param>
/// <param name="FileRowId">The row of a file that needs it; see <see cref="CatalogRow.RowId"/>.</param>
public readonly record struct CatalogObject(ObjectName Name, CompressionAlgorithm Compression, long Size, long FileRowId);
