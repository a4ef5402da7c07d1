namespace Strato.Client.Reading;

/// <summary>A file that is open, for people.</summary>
/// <param name="NodeId">The node that was opened; 0 where only a former daemon knew it.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="IsReadByKernel">Whether the kernel reads it from the cache by itself.</param>
internal readonly record struct OpenedFile(ulong NodeId, long Size, bool IsReadByKernel);
