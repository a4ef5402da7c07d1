using Strato.Core.Compression;
using Strato.Core.Hashing;

namespace Strato.Storage.Cache;

/// <summary>
/// What a cache entry is: an object, and how its stored bytes were decoded. Both together determine the plain bytes; a catalog that names
/// an object with the wrong compression gets another entry and spoils nobody's.
/// </summary>
/// <param name="Name">The object.</param>
/// <param name="Compression">How the stored bytes, which <paramref name="Name"/> hashes, encode the plain ones, which the cache
/// holds.</param>
/// <param name="IsAssembled">The entry is a file whose objects were put together here (<see cref="ObjectCache.Assemble"/>): no server has it, and
/// its name is made of those of its parts.</param>
public readonly record struct CachedObject(ObjectName Name, CompressionAlgorithm Compression, bool IsAssembled = false);
