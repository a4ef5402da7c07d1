namespace Strato.Posix;

/// <summary>What statfs(2) tells about the file system that holds a file. Counts are in units of <paramref name="BlockSize"/> bytes.</summary>
/// <param name="Type">The magic number of the file system's kind, such as 0x65735546 for FUSE.</param>
/// <param name="BlockSize">Bytes of a block.</param>
/// <param name="Blocks">Blocks in all.</param>
/// <param name="BlocksAvailable">Blocks that users other than root may still take.</param>
/// <param name="Files">Inodes in all.</param>
/// <param name="FilesFree">Inodes that are free.</param>
/// <param name="NameLength">The longest name in bytes.</param>
public readonly record struct FileSystemStatus(
    long Type, long BlockSize, ulong Blocks, ulong BlocksAvailable, ulong Files, ulong FilesFree, long NameLength);
