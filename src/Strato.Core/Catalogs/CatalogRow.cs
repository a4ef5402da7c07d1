using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Core.Sqlite;

namespace Strato.Core.Catalogs;

/// <summary>
/// The row of table <c>catalog</c> that a reader stands on, read in place without allocating. Valid until the reader is asked for
/// another row in the same way. Values mean what they do in <see cref="CatalogEntry"/>.
/// <para>
/// The row has been checked: type, sizes, times, owners, hash and name are ones that an entry can have. That its keys belong to its
/// path has not; who looks up by path knows the key, and <c>strato check</c> compares.
/// </para>
/// </summary>
public readonly ref struct CatalogRow
{
    /// <summary>The longest target of a symbolic link that the kernel takes, in bytes.</summary>
    public const int MaxSymlinkLength = 4095;

    private const int MaxNanoseconds = 999_999_999;

    private readonly SqliteStatement statement;

    internal CatalogRow(SqliteStatement statement)
    {
        this.statement = statement;
        Mode = (uint)statement.GetInt64(CatalogSql.Mode);
        Size = statement.GetInt64(CatalogSql.Size);
        Flags = (CatalogFlags)(uint)statement.GetInt64(CatalogSql.Flags);
    }

    /// <summary>The row's number: ascending in the order of a listing, stable as long as the catalog is.</summary>
    public long RowId => statement.GetInt64(CatalogSql.RowId);

    /// <summary>The key that the row is found by.</summary>
    public PathKey Key => new(statement.GetInt64(CatalogSql.PathFirst), statement.GetInt64(CatalogSql.PathSecond));

    /// <summary>The key of the directory that lists the row.</summary>
    public PathKey Parent => new(statement.GetInt64(CatalogSql.ParentFirst), statement.GetInt64(CatalogSql.ParentSecond));

    public ReadOnlySpan<byte> Name => statement.GetText(CatalogSql.Name);

    public ReadOnlySpan<byte> Symlink => statement.GetText(CatalogSql.Symlink);

    public uint Mode { get; }

    public long Size { get; }

    public CatalogFlags Flags { get; }

    public uint Uid => (uint)statement.GetInt64(CatalogSql.Uid);

    public uint Gid => (uint)statement.GetInt64(CatalogSql.Gid);

    public long Mtime => statement.GetInt64(CatalogSql.Mtime);

    public int MtimeNanoseconds => statement.IsNull(CatalogSql.MtimeNanoseconds)
        ? CatalogEntry.NoNanoseconds
        : (int)statement.GetInt64(CatalogSql.MtimeNanoseconds);

    public uint Linkcount => (uint)statement.GetInt64(CatalogSql.Hardlinks);

    public uint HardlinkGroup => (uint)((ulong)statement.GetInt64(CatalogSql.Hardlinks) >> 32);

    public FileType Type => (FileType)(Mode & 0xf000);

    public bool IsDirectory => Type == FileType.Directory;

    public bool IsNestedMountPoint => Has(CatalogFlags.NestedMountPoint);

    public bool IsNestedRoot => Has(CatalogFlags.NestedRoot);

    public bool IsBindMountPoint => Has(CatalogFlags.BindMountPoint);

    public bool IsChunked => Has(CatalogFlags.Chunked);

    public bool IsExternal => Has(CatalogFlags.External);

    public bool IsDirectIo => Has(CatalogFlags.DirectIo);

    public bool IsHidden => Has(CatalogFlags.Hidden);

    /// <summary>True where <see cref="Xattrs"/> has something; cheaper than asking that.</summary>
    public bool HasXattrs => !statement.IsNull(CatalogSql.Xattr);

    /// <summary>The extended attributes as stored; see <see cref="ExtendedAttributes.TryParse"/>. Empty where there are none.</summary>
    public ReadOnlySpan<byte> Xattrs => statement.GetBlob(CatalogSql.Xattr);

    public ObjectHash Hash
    {
        get
        {
            _ = CatalogEntry.TryGetHashAlgorithm(Flags, out HashAlgorithm algorithm);
            ReadOnlySpan<byte> digest = statement.GetBlob(CatalogSql.Hash);
            return digest.IsEmpty ? new ObjectHash(algorithm, stackalloc byte[ObjectHash.DigestLength]) : new ObjectHash(algorithm, digest);
        }
    }

    public CompressionAlgorithm Compression => CatalogEntry.TryGetCompression(Flags, out CompressionAlgorithm compression) ? compression : default;

    /// <inheritdoc cref="CatalogEntry.StatSize"/>
    public long StatSize => Type switch
    {
        FileType.SymbolicLink => Symlink.Length,
        FileType.BlockDevice or FileType.CharacterDevice => 0,
        _ => Size,
    };

    /// <inheritdoc cref="CatalogEntry.DeviceNumber"/>
    public ulong DeviceNumber => Type is FileType.BlockDevice or FileType.CharacterDevice ? (ulong)Size : 0;

    /// <summary>
    /// What is wrong with the row, null if nothing. The genuine client shows the listed cases as they are or aborts; they cannot
    /// come from a publisher that works.
    /// </summary>
    internal string? Defect()
    {
        SqliteStatement row = statement;
        bool isRepositoryRoot = Parent == default;
        ReadOnlySpan<byte> name = Name;
        if (!RepositoryPath.IsValidName(name) && !(isRepositoryRoot && name.IsEmpty))
        {
            return "its name is not valid";
        }

        if (Type is not (FileType.Regular or FileType.Directory or FileType.SymbolicLink or FileType.CharacterDevice or FileType.BlockDevice
            or FileType.Fifo or FileType.Socket))
        {
            return "its mode has no file type";
        }

        if (Size < 0)
        {
            return "its size is negative";
        }

        if (row.GetInt64(CatalogSql.Uid) is < 0 or > uint.MaxValue || row.GetInt64(CatalogSql.Gid) is < 0 or > uint.MaxValue)
        {
            return "its owner is out of range";
        }

        if (!row.IsNull(CatalogSql.MtimeNanoseconds) && row.GetInt64(CatalogSql.MtimeNanoseconds) is < -1 or > MaxNanoseconds)
        {
            return "its nanoseconds are out of range";
        }

        if (Type == FileType.SymbolicLink && Symlink.Length > MaxSymlinkLength)
        {
            return "its link target is too long";
        }

        if (!CatalogEntry.TryGetHashAlgorithm(Flags, out _) || !CatalogEntry.TryGetCompression(Flags, out _))
        {
            return "its hash or compression algorithm is unknown";
        }

        return row.GetBlob(CatalogSql.Hash).Length is 0 or ObjectHash.DigestLength ? null : "its hash has a wrong length";
    }

    private bool Has(CatalogFlags flag) => (Flags & flag) != CatalogFlags.None;
}
