using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// Keeps an entry from being evicted by any process until it is disposed or its process ends: a shared lock on the entry's file. Its
/// descriptor may be read by the holder.
/// </summary>
public sealed class CachePin : IDisposable
{
    internal CachePin(FileDescriptor file, long length)
    {
        File = file;
        Length = length;
    }

    /// <summary>The entry, open for reading; owned by the pin.</summary>
    public FileDescriptor File { get; }

    /// <summary>The entry's plain length in bytes.</summary>
    public long Length { get; }

    public void Dispose() => File.Dispose();
}
