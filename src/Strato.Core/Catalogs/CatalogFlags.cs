using Strato.Core.Compression;
using Strato.Core.Hashing;

namespace Strato.Core.Catalogs;

/// <summary>
/// Column <c>flags</c> of table <c>catalog</c> (schema 2.5). Bits 8 to 10 hold a <see cref="HashAlgorithm"/>, bits 11 to 13 a
/// <see cref="CompressionAlgorithm"/>. What a row is (directory, file, ...) follows from its mode; the bits here repeat it.
/// </summary>
[Flags]
public enum CatalogFlags : uint
{
    None = 0,

    Directory = 0x1,

    /// <summary>A directory whose content is in a nested catalog; stands in the parent catalog.</summary>
    NestedMountPoint = 0x2,

    /// <summary>Everything that is no directory.</summary>
    File = 0x4,

    /// <summary>A symbolic link, together with <see cref="File"/>.</summary>
    Link = 0x8,

    /// <summary>A device, FIFO or socket, together with <see cref="File"/>.</summary>
    Special = 0x10,

    /// <summary>The first directory of a nested catalog; stands in that catalog.</summary>
    NestedRoot = 0x20,

    /// <summary>The content is stored as chunks.</summary>
    Chunked = 0x40,

    /// <summary>The content is stored outside the repository, at the external URL under the file's path.</summary>
    External = 0x80,

    /// <summary>A directory at which another root catalog is attached.</summary>
    BindMountPoint = 0x4000,

    /// <summary>Not listed, but found by name.</summary>
    Hidden = 0x8000,

    /// <summary>Opened with direct I/O.</summary>
    DirectIo = 0x10000,
}
