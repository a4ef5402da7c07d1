using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Core.Catalogs;

/// <summary>
/// One entry of a directory: a row of table <c>catalog</c> without the keys that say where it stands. Immutable; arrays that are
/// handed in or out must not be changed. Two entries are equal when every value of them is.
/// </summary>
public sealed record CatalogEntry
{
    /// <summary>The size that the genuine publisher records for a directory that it makes itself.</summary>
    public const long DirectorySize = 4096;

    /// <summary>The nanoseconds of an entry that has none.</summary>
    public const int NoNanoseconds = -1;

    private const int HashShift = 8;
    private const int CompressionShift = 11;

    /// <summary>The last name of the path, as bytes; empty for the repository's root.</summary>
    public required byte[] Name { get; init; }

    /// <summary>File type and permissions as in <c>stat</c>.</summary>
    public required uint Mode { get; init; }

    /// <summary>The owner.</summary>
    public uint Uid { get; init; }

    /// <summary>The group.</summary>
    public uint Gid { get; init; }

    /// <summary>
    /// Column <c>size</c>: plain bytes of a file, the target's length of a symbolic link, the device number (<c>makedev</c>) of a
    /// device. What <c>stat</c> shows is <see cref="StatSize"/>.
    /// </summary>
    public long Size { get; init; }

    /// <summary>The time of modification in seconds since 1970.</summary>
    public long Mtime { get; init; }

    /// <summary>Its nanoseconds, 0 to 999,999,999, or <see cref="NoNanoseconds"/> where they are not recorded.</summary>
    public int MtimeNanoseconds { get; init; } = NoNanoseconds;

    /// <summary>
    /// The content's object; null digest for everything but regular files, and for chunked ones without a bulk object. Its algorithm
    /// is the one of the chunks too, so a chunked file without a bulk object carries a null digest of the right algorithm.
    /// </summary>
    public ObjectHash Hash { get; init; }

    /// <summary>How the content's object and chunks are encoded; kept for regular files alone.</summary>
    public CompressionAlgorithm Compression { get; init; }

    /// <summary>The target of a symbolic link with its variables unexpanded; empty for everything else.</summary>
    public byte[] Symlink { get; init; } = [];

    /// <summary>
    /// The number of names of a hard-link group within its directory; for a directory 2 and one for each directory in it, be that in
    /// this catalog or a nested one.
    /// </summary>
    public uint Linkcount { get; init; } = 1;

    /// <summary>Entries of one catalog with the same group are one file; 0 is no group. A group lies within one directory.</summary>
    public uint HardlinkGroup { get; init; }

    /// <summary>The extended attributes that were published with the entry.</summary>
    public ExtendedAttributes Xattrs { get; init; } = ExtendedAttributes.Empty;

    /// <inheritdoc cref="CatalogFlags.NestedMountPoint"/>
    public bool IsNestedMountPoint { get; init; }

    /// <inheritdoc cref="CatalogFlags.NestedRoot"/>
    public bool IsNestedRoot { get; init; }

    /// <inheritdoc cref="CatalogFlags.BindMountPoint"/>
    public bool IsBindMountPoint { get; init; }

    /// <inheritdoc cref="CatalogFlags.Chunked"/>
    public bool IsChunked { get; init; }

    /// <inheritdoc cref="CatalogFlags.External"/>
    public bool IsExternal { get; init; }

    /// <inheritdoc cref="CatalogFlags.DirectIo"/>
    public bool IsDirectIo { get; init; }

    /// <inheritdoc cref="CatalogFlags.Hidden"/>
    public bool IsHidden { get; init; }

    /// <summary>The mode's file type.</summary>
    public FileType Type => (FileType)(Mode & 0xf000);

    public bool IsDirectory => Type == FileType.Directory;

    public bool IsRegularFile => Type == FileType.Regular;

    public bool IsSymbolicLink => Type == FileType.SymbolicLink;

    /// <summary>The size that <c>stat</c> shows.</summary>
    public long StatSize => Type switch
    {
        FileType.SymbolicLink => Symlink.Length,
        FileType.BlockDevice or FileType.CharacterDevice => 0,
        _ => Size,
    };

    /// <summary>The device number of a device, 0 for everything else.</summary>
    public ulong DeviceNumber => Type is FileType.BlockDevice or FileType.CharacterDevice ? (ulong)Size : 0;

    /// <summary>Column <c>flags</c>. As the genuine publisher does, compression and what only files have is left out for others.</summary>
    public CatalogFlags Flags
    {
        get
        {
            CatalogFlags flags = IsNestedRoot ? CatalogFlags.NestedRoot
                : IsNestedMountPoint ? CatalogFlags.NestedMountPoint
                : IsBindMountPoint ? CatalogFlags.BindMountPoint
                : CatalogFlags.None;
            flags |= Type switch
            {
                FileType.Directory => CatalogFlags.Directory,
                FileType.SymbolicLink => CatalogFlags.File | CatalogFlags.Link,
                FileType.Regular => CatalogFlags.File | FileFlags,
                _ => CatalogFlags.File | CatalogFlags.Special,
            };
            if (!Hash.IsNull || IsChunked)
            {
                flags |= (CatalogFlags)((uint)Hash.Algorithm << HashShift);
            }

            return IsHidden ? flags | CatalogFlags.Hidden : flags;
        }
    }

    /// <summary>What the entry adds to its catalog's counters.</summary>
    public CatalogCounts Counts => CatalogCounts.Of(Type, Size, Flags, Xattrs.Count > 0);

    private CatalogFlags FileFlags =>
        (CatalogFlags)((uint)Compression << CompressionShift)
        | (IsChunked ? CatalogFlags.Chunked : CatalogFlags.None)
        | (IsExternal ? CatalogFlags.External : CatalogFlags.None)
        | (IsDirectIo ? CatalogFlags.DirectIo : CatalogFlags.None);

    public bool Equals(CatalogEntry? other) =>
        other is not null
        && Name.AsSpan().SequenceEqual(other.Name)
        && Mode == other.Mode
        && Uid == other.Uid
        && Gid == other.Gid
        && Size == other.Size
        && Mtime == other.Mtime
        && MtimeNanoseconds == other.MtimeNanoseconds
        && Hash.Bytes.SequenceEqual(other.Hash.Bytes)
        && Symlink.AsSpan().SequenceEqual(other.Symlink)
        && Linkcount == other.Linkcount
        && HardlinkGroup == other.HardlinkGroup
        && Flags == other.Flags
        && Xattrs.Equals(other.Xattrs);

    public override int GetHashCode()
    {
        HashCode code = default;
        code.AddBytes(Name);
        code.Add(Mode);
        code.Add(Size);
        code.Add(Mtime);
        code.Add(Hash);
        return code.ToHashCode();
    }

    public override string ToString() => $"{BytesText.Escape(Name)} ({Type})";

    /// <summary>The hash algorithm that a value of column <c>flags</c> names; false where it is unknown.</summary>
    internal static bool TryGetHashAlgorithm(CatalogFlags flags, out HashAlgorithm algorithm)
    {
        algorithm = (HashAlgorithm)(((uint)flags >> HashShift) & 7);
        return algorithm <= HashAlgorithm.Shake128;
    }

    /// <summary>The compression that a value of column <c>flags</c> names; false where it is unknown.</summary>
    internal static bool TryGetCompression(CatalogFlags flags, out CompressionAlgorithm compression)
    {
        compression = (CompressionAlgorithm)(((uint)flags >> CompressionShift) & 7);
        return compression <= CompressionAlgorithm.None;
    }
}
