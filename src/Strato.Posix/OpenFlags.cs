namespace Strato.Posix;

/// <summary>
/// How to open a file: open(2)'s O_ flags in their x86_64 numbers; <see cref="Native.OpenFlagBits"/> translates the four that differ on
/// aarch64. O_CLOEXEC is always added.
/// </summary>
[Flags]
public enum OpenFlags
{
    ReadOnly = 0,
    WriteOnly = 1,
    ReadWrite = 2,
    Create = 0x40,
    Exclusive = 0x80,
    NoControllingTerminal = 0x100,
    Truncate = 0x200,
    Append = 0x400,
    NonBlocking = 0x800,
    DataSync = 0x1000,
    Direct = 0x4000,
    Directory = 0x1_0000,

    /// <summary>Fail with ELOOP where the last name is a symbolic link.</summary>
    NoFollow = 0x2_0000,

    /// <summary>Leave the access time alone; EPERM unless the caller owns the file or is root.</summary>
    NoAccessTime = 0x4_0000,

    /// <summary>Only a place in the tree, for *at calls and fstat; nothing can be read through it.</summary>
    Path = 0x20_0000,

    /// <summary>An unnamed file in the directory that the path names (O_TMPFILE); give it a name with <see cref="PosixPath.LinkDescriptor"/>.</summary>
    Temporary = 0x40_0000,
}
