using Strato.Core.Chunking;
using Strato.Core.Compression;
using Strato.Core.Hashing;

namespace Strato.Publishing.Pipeline;

/// <summary>What content becomes in a store.</summary>
internal sealed record PipelineOptions
{
    public required HashAlgorithm Hash { get; init; }

    public required ObjectEncoding Encoding { get; init; }

    /// <summary>Where files are cut; null to store them whole.</summary>
    public ChunkSizes? Chunks { get; init; } = ChunkSizes.Default;

    /// <summary>Stores a file that was cut as one object, too.</summary>
    public bool LegacyBulkObjects { get; init; }

    /// <summary>Threads that encode: all cores, for it is what a publish spends its time with.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Files that may wait for a worker. They are only names and attributes; far ahead, big files are found early.</summary>
    public int QueuedFiles { get; init; } = 16 * 1024;

    /// <summary>Plain bytes of big files and streams that may wait for workers.</summary>
    public int QueuedBytes { get; init; } = 64 * 1024 * 1024;
}
