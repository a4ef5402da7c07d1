namespace Strato.Publishing.Differences;

/// <summary>In what two entries of one name differ.</summary>
[Flags]
public enum EntryDifferences
{
    None = 0,
    Size = 0x1,

    /// <summary>Type or permissions.</summary>
    Mode = 0x2,

    Owner = 0x4,

    /// <summary>The time of modification.</summary>
    Time = 0x8,

    /// <summary>A file's hash, or the list of its chunks.</summary>
    Content = 0x10,

    /// <summary>A symbolic link's target.</summary>
    Target = 0x20,

    LinkCount = 0x40,
    HardlinkGroup = 0x80,

    /// <summary>A nested catalog begins at the directory, or does so no more.</summary>
    NestedCatalog = 0x100,

    /// <summary>Whether the file is cut into chunks.</summary>
    Chunked = 0x200,

    ExtendedAttributes = 0x400,
    External = 0x800,
    BindMountPoint = 0x1000,
    Hidden = 0x2000,
    DirectIo = 0x4000,
}
