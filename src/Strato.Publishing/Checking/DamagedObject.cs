using Strato.Core.Compression;
using Strato.Core.Hashing;

namespace Strato.Publishing.Checking;

/// <summary>An object that is missing or damaged.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Compression">How it is encoded.</param>
/// <param name="PlainSize">The plain bytes that it is to have; null where that is unknown.</param>
internal readonly record struct DamagedObject(ObjectName Name, CompressionAlgorithm Compression, long? PlainSize);
