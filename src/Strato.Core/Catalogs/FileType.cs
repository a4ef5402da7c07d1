namespace Strato.Core.Catalogs;

/// <summary>The file type bits of a mode, as <c>stat</c> and column <c>mode</c> have them.</summary>
public enum FileType : uint
{
    Fifo = 0x1000,
    CharacterDevice = 0x2000,
    Directory = 0x4000,
    BlockDevice = 0x6000,
    Regular = 0x8000,
    SymbolicLink = 0xa000,
    Socket = 0xc000,
}
