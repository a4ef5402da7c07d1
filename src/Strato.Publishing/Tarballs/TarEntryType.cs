namespace Strato.Publishing.Tarballs;

/// <summary>What a tar entry makes.</summary>
internal enum TarEntryType
{
    File,
    HardLink,
    SymbolicLink,
    CharacterDevice,
    BlockDevice,
    Directory,
    Fifo,
}
