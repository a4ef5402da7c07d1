namespace Strato.Client.Control;

/// <summary>A file of <c>talk ... open files</c>.</summary>
/// <param name="Path">Its path below the mount; null where only a former daemon knew it.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Opens">How often it is open.</param>
/// <param name="IsReadByKernel">Whether the kernel reads it from the cache by itself.</param>
internal sealed record OpenFileReport(string? Path, long Size, int Opens, bool IsReadByKernel);
