namespace Strato.Posix;

/// <summary>One name of a directory, valid until the reader that gave it moves on.</summary>
public readonly ref struct DirectoryItem
{
    internal DirectoryItem(ReadOnlySpan<byte> name, FileType type, ulong inode)
    {
        Name = name;
        Type = type;
        Inode = inode;
    }

    /// <summary>The name's bytes; never <c>.</c> or <c>..</c>.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary><see cref="FileType.Unknown"/> on file systems that do not tell.</summary>
    public FileType Type { get; }

    public ulong Inode { get; }
}
