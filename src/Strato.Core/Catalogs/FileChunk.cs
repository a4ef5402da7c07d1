using Strato.Core.Hashing;

namespace Strato.Core.Catalogs;

/// <summary>One chunk of a file: a row of table <c>chunks</c>.</summary>
/// <param name="Hash">The chunk's name in the store, where it is an <see cref="ObjectKind.Chunk"/>.</param>
/// <param name="Offset">Where its plain bytes begin in the file.</param>
/// <param name="Size">The number of its plain bytes.</param>
public readonly record struct FileChunk(ObjectHash Hash, long Offset, long Size);
