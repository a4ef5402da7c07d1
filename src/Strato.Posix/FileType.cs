namespace Strato.Posix;

/// <summary>What kind of file it is: the <c>S_IFMT</c> bits of a mode. A dirent's <c>d_type</c> is the same shifted right by twelve bits.</summary>
public enum FileType
{
    /// <summary>The file system does not tell in a directory listing; ask for the status.</summary>
    Unknown = 0,
    Fifo = 0x1000,
    CharacterDevice = 0x2000,
    Directory = 0x4000,
    BlockDevice = 0x6000,
    Regular = 0x8000,
    SymbolicLink = 0xA000,
    Socket = 0xC000,
}
