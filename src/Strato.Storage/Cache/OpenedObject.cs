using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>An object's plain bytes, open for reading.</summary>
/// <param name="File">The file, which is the caller's. Read it at offsets: its position is undefined.</param>
/// <param name="Length">The plain length in bytes.</param>
/// <param name="IsCached">False where the bytes found no room on the disk and go with the descriptor.</param>
public readonly record struct OpenedObject(FileDescriptor File, long Length, bool IsCached) : IDisposable
{
    /// <summary>Closes the file.</summary>
    public void Dispose() => File?.Dispose();
}
