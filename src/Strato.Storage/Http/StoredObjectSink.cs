using Strato.Core.Hashing;
using Strato.Posix;

namespace Strato.Storage.Http;

/// <summary>
/// Collects the stored bytes of an object in a file without a name, in memory, and holds them against the object's hash. Who takes
/// <see cref="File"/> owns it.
/// </summary>
internal sealed class StoredObjectSink : IDownloadSink, IDisposable
{
    /// <summary>The most stored bytes that are taken: more than any catalog and any chunk has.</summary>
    private const long MaximumLength = 4L << 30;

    private readonly ObjectName name;
    private readonly bool isWhole;
    private readonly ContentHasher hasher;

    /// <summary>Makes an empty sink.</summary>
    /// <param name="name">The object.</param>
    /// <param name="isWhole">Whether all of it is downloaded; of a part nothing can be said.</param>
    public StoredObjectSink(ObjectName name, bool isWhole)
    {
        this.name = name;
        this.isWhole = isWhole;
        hasher = new ContentHasher(name.Hash.Algorithm);
        MemoryFile.Create("strato-object"u8, out FileDescriptor? file).ThrowIfFailed("keeping an object", "memory");
        File = file!;
    }

    public FileDescriptor File { get; }

    public long Length { get; private set; }

    /// <inheritdoc/>
    public void Begin()
    {
        PosixFile.Truncate(File, 0).ThrowIfFailed("keeping an object", "memory");
        Length = 0;
        _ = hasher.Finish();
    }

    /// <inheritdoc/>
    public string? Write(ReadOnlySpan<byte> bytes)
    {
        if (Length + bytes.Length > MaximumLength)
        {
            return "it is longer than any object may be";
        }

        PosixFile.WriteAllAt(File, bytes, Length).ThrowIfFailed("keeping an object", "memory");
        hasher.Append(bytes);
        Length += bytes.Length;
        return null;
    }

    /// <inheritdoc/>
    public string? Finish() => isWhole && hasher.Finish() != name.Hash ? "its bytes do not have the hash that names it" : null;

    public void Dispose() => hasher.Dispose();
}
