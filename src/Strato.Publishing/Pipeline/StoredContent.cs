using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;

namespace Strato.Publishing.Pipeline;

/// <summary>Where a file's content is in the store.</summary>
/// <param name="Hash">
/// The object of the whole content; where it exists only as chunks, a null digest of the chunks' algorithm.
/// </param>
/// <param name="Compression">How the objects are encoded.</param>
/// <param name="Size">The plain bytes.</param>
/// <param name="Chunks">The chunks by rising offset; empty for content that is stored whole only.</param>
internal readonly record struct StoredContent(
    ObjectHash Hash, CompressionAlgorithm Compression, long Size, IReadOnlyList<FileChunk> Chunks);
