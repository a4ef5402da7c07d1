using System.Diagnostics.CodeAnalysis;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Core.Sqlite;

namespace Strato.Core.Catalogs;

/// <summary>
/// Reads one file catalog of schema 1.0 to 2.5. Lookups and listings reuse their statements and allocate nothing once warm.
/// A reader is used by one thread at a time; for several threads open several, which is cheap.
/// <para>
/// A catalog's bytes are foreign. A row, property or reference that cannot be one throws <see cref="CatalogException"/>, a file that is
/// no such database <see cref="SqliteException"/>; both name the catalog.
/// </para>
/// </summary>
public sealed class CatalogReader : IDisposable
{
    private readonly SqliteDatabase database;
    private readonly CatalogPropertyTable properties;
    private readonly CatalogReferenceTable nested;
    private readonly CatalogReferenceTable? bindMountPoints;
    private readonly SqliteStatement lookup;
    private readonly CatalogWalk directory;
    private CatalogWalk? byName;
    private CatalogWalk? all;
    private CatalogWalk? chunks;
    private CatalogWalk? fileObjects;
    private CatalogWalk? chunkObjects;

    /// <summary>Reads a database, which the reader closes when it is disposed (and where this throws).</summary>
    public CatalogReader(SqliteDatabase database)
    {
        this.database = database;
        try
        {
            properties = new CatalogPropertyTable(database);
            Properties = properties.ReadAll();
            CatalogSchema schema = Properties.Schema;
            if (schema.Tenths > CatalogSchema.Latest.Tenths)
            {
                throw new CatalogException($"catalog {database.Description} has schema {schema}, which is newer than this program: update it");
            }

            lookup = database.Prepare(CatalogSql.Lookup(schema));
            directory = new CatalogWalk(database.Prepare(CatalogSql.List(schema)));
            nested = new CatalogReferenceTable(database, CatalogReferences.Nested, schema.HasNestedSizes);
            bindMountPoints = schema.HasBindMountPoints ? new CatalogReferenceTable(database, CatalogReferences.Bind, hasSizes: true) : null;
        }
        catch (SqliteException error) when (error.Kind == SqliteErrorKind.Other)
        {
            database.Dispose();
            throw new CatalogException($"{database.Description} is no catalog or lacks what its schema has ({error.Message})", error);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>The catalog's properties as they were when it was opened.</summary>
    public CatalogProperties Properties { get; }

    /// <summary>What messages call the catalog.</summary>
    public string Description => database.Description;

    /// <summary>True once a call found the file unreadable or not what a database is.</summary>
    public bool HasFailed => database.HasFailed;

    /// <summary>The nested catalogs that this one refers to, in byte order of their paths.</summary>
    public IReadOnlyList<NestedCatalog> NestedCatalogs => nested.List();

    /// <summary>The root catalogs that are attached somewhere in this one, in byte order of their paths.</summary>
    public IReadOnlyList<NestedCatalog> BindMountPoints => bindMountPoints?.List() ?? [];

    /// <summary>Table <c>statistics</c>; all zero before schema 2.4.</summary>
    public CatalogCounters Counters => CatalogCounterTable.Read(database, Properties.Schema);

    /// <summary>The plain file's bytes.</summary>
    public long PlainSize => (database.QueryInt64("PRAGMA page_count"u8) ?? 0) * (database.QueryInt64("PRAGMA page_size"u8) ?? 0);

    /// <summary>The number of rows, which every one of them is read for.</summary>
    public long RowCount => database.QueryInt64("SELECT count(*) FROM catalog"u8) ?? 0;

    /// <summary>Opens a catalog's plain file, which nobody changes while it is open.</summary>
    /// <param name="path">The path's bytes as the kernel takes them.</param>
    public static CatalogReader Open(ReadOnlySpan<byte> path) => new(SqliteDatabase.OpenImmutable(path));

    /// <inheritdoc cref="Open(ReadOnlySpan{byte})"/>
    public static CatalogReader Open(string path) => new(SqliteDatabase.OpenImmutable(path));

    /// <summary>Opens a copy of a catalog's plain bytes.</summary>
    /// <param name="description">What messages call the catalog.</param>
    public static CatalogReader OpenImage(ReadOnlySpan<byte> image, string description) => new(SqliteDatabase.OpenImage(image, description));

    /// <summary>The row with a key, if there is one, read in place until the next lookup. Allocates nothing.</summary>
    public bool TryFind(PathKey key, out CatalogRow row)
    {
        lookup.Reset();
        lookup.BindInt64(1, key.First);
        lookup.BindInt64(2, key.Second);
        if (!lookup.Step())
        {
            row = default;
            return false;
        }

        row = new CatalogRow(lookup);
        Check(row);
        return true;
    }

    /// <summary>The entry with a key, if there is one.</summary>
    public bool TryLookup(PathKey key, [NotNullWhen(true)] out CatalogEntry? entry)
    {
        entry = TryFind(key, out CatalogRow row) ? ToEntry(row) : null;
        return entry is not null;
    }

    /// <summary>
    /// Goes over a directory's rows, hidden ones too, in ascending order of <see cref="CatalogRow.RowId"/>, beginning after the one given.
    /// Allocates nothing. Rows of a nested catalog's content are in that catalog.
    /// </summary>
    public CatalogRows EnumerateDirectory(PathKey parent, long afterRowId = long.MinValue)
    {
        int number = directory.Begin();
        directory.Statement.BindInt64(1, parent.First);
        directory.Statement.BindInt64(2, parent.Second);
        directory.Statement.BindInt64(3, afterRowId);
        return new CatalogRows(this, directory, number);
    }

    /// <summary>A directory's entries, hidden ones too, in the order of <see cref="EnumerateDirectory"/>.</summary>
    public IReadOnlyList<CatalogEntry> List(PathKey parent)
    {
        List<CatalogEntry> entries = [];
        foreach (CatalogRow row in EnumerateDirectory(parent))
        {
            entries.Add(ToEntry(row));
        }

        return entries;
    }

    /// <summary>Goes over a directory's rows, hidden ones too, in the byte order of their names, in memory that does not grow with their number.</summary>
    public CatalogRows EnumerateDirectoryByName(PathKey parent)
    {
        if (byName is null)
        {
            database.Execute("PRAGMA temp_store=FILE"u8);
            byName = new CatalogWalk(database.Prepare(CatalogSql.ListByName(Properties.Schema)));
        }

        int number = byName.Begin();
        byName.Statement.BindInt64(1, parent.First);
        byName.Statement.BindInt64(2, parent.Second);
        return new CatalogRows(this, byName, number);
    }

    /// <summary>Goes over all rows in ascending order of <see cref="CatalogRow.RowId"/>.</summary>
    public CatalogRows EnumerateAll(long afterRowId = long.MinValue)
    {
        all ??= new CatalogWalk(database.Prepare(CatalogSql.All(Properties.Schema)));
        int number = all.Begin();
        all.Statement.BindInt64(1, afterRowId);
        return new CatalogRows(this, all, number);
    }

    /// <summary>Goes over a file's chunks by ascending offset. Allocates nothing.</summary>
    /// <param name="key">The file's key.</param>
    /// <param name="algorithm">The algorithm of the file's row, which table <c>chunks</c> does not repeat.</param>
    public CatalogChunks EnumerateChunks(PathKey key, HashAlgorithm algorithm)
    {
        if (!Properties.Schema.HasOwners)
        {
            return new CatalogChunks(this, null, algorithm, 0);
        }

        chunks ??= new CatalogWalk(database.Prepare(
            "SELECT offset, size, hash FROM chunks WHERE md5path_1 = ?1 AND md5path_2 = ?2 ORDER BY offset, size"u8));
        int number = chunks.Begin();
        chunks.Statement.BindInt64(1, key.First);
        chunks.Statement.BindInt64(2, key.Second);
        return new CatalogChunks(this, chunks, algorithm, number);
    }

    /// <summary>A file's chunks by ascending offset; none where it is stored whole.</summary>
    /// <inheritdoc cref="EnumerateChunks"/>
    public IReadOnlyList<FileChunk> Chunks(PathKey key, HashAlgorithm algorithm)
    {
        List<FileChunk> found = [];
        foreach (FileChunk chunk in EnumerateChunks(key, algorithm))
        {
            found.Add(chunk);
        }

        return found;
    }

    /// <summary>Goes over the objects that the catalog's files are made of. Allocates nothing for a row.</summary>
    public CatalogObjects EnumerateObjects()
    {
        fileObjects ??= new CatalogWalk(database.Prepare(CatalogSql.FileObjects(Properties.Schema)));
        chunkObjects ??= Properties.Schema.HasOwners ? new CatalogWalk(database.Prepare(CatalogSql.ChunkObjects)) : null;
        return new CatalogObjects(this, fileObjects, fileObjects.Begin(), chunkObjects, chunkObjects?.Begin() ?? 0);
    }

    /// <summary>The nested catalog or bind mount point registered at exactly this path, without allocating.</summary>
    /// <param name="path">A path in normal form, with the catalog's own root prefix.</param>
    public bool TryFindNested(ReadOnlySpan<byte> path, out ObjectHash hash, out long size) =>
        nested.TryFind(path, out hash, out size) || (bindMountPoints is not null && bindMountPoints.TryFind(path, out hash, out size));

    /// <summary>The nested catalog or bind mount point that holds a path or lies at it, null where the path is this catalog's own.</summary>
    public NestedCatalog? FindNestedAbove(RepositoryPath path)
    {
        // Catalogs that this one refers to do not lie within one another, so the first found from the top is the one.
        ReadOnlySpan<byte> bytes = path.Bytes;
        for (int end = Properties.RootPrefix.Bytes.Length + 1; end <= bytes.Length; end++)
        {
            if ((end == bytes.Length || bytes[end] == '/') && (nested.Find(bytes[..end]) ?? bindMountPoints?.Find(bytes[..end])) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>A property's bytes by its key, for keys that <see cref="Properties"/> has no place for.</summary>
    public bool TryGetProperty(string key, out byte[] value) => properties.TryGet(key, out value);

    /// <summary>Copies a row. Throws <see cref="CatalogException"/> where its extended attributes cannot be read.</summary>
    public CatalogEntry ToEntry(CatalogRow row) => new()
    {
        Name = row.Name.ToArray(),
        Mode = row.Mode,
        Uid = row.Uid,
        Gid = row.Gid,
        Size = row.Size,
        Mtime = row.Mtime,
        MtimeNanoseconds = row.MtimeNanoseconds,
        Hash = row.Hash,
        Compression = row.Compression,
        Symlink = row.Symlink.ToArray(),
        Linkcount = row.Linkcount,
        HardlinkGroup = row.HardlinkGroup,
        Xattrs = ReadXattrs(row),
        IsNestedMountPoint = row.IsNestedMountPoint,
        IsNestedRoot = row.IsNestedRoot,
        IsBindMountPoint = row.IsBindMountPoint,
        IsChunked = row.IsChunked,
        IsExternal = row.IsExternal,
        IsDirectIo = row.IsDirectIo,
        IsHidden = row.IsHidden,
    };

    /// <summary>The extended attributes of a row. Throws <see cref="CatalogException"/> where they cannot be read.</summary>
    public ExtendedAttributes ReadXattrs(CatalogRow row) =>
        ExtendedAttributes.TryParse(row.Xattrs, out ExtendedAttributes attributes)
            ? attributes
            : throw new CatalogException(
                $"catalog {Description} is corrupt: the extended attributes of {BytesText.Escape(row.Name)} (row {row.RowId}) cannot be read");

    /// <summary>Closes the catalog.</summary>
    public void Dispose() => database.Dispose();

    internal void Check(CatalogRow row)
    {
        if (row.Defect() is { } defect)
        {
            throw new CatalogException($"catalog {Description} is corrupt: entry {BytesText.Escape(row.Name)} (row {row.RowId}): {defect}");
        }
    }

    internal CatalogException BadObject(long row) => new($"catalog {Description} is corrupt: the content of row {row} has no valid hash, size or algorithm");

    [DoesNotReturn]
    internal void ThrowBadChunk() => throw new CatalogException($"catalog {Description} is corrupt: a chunk's offset, size or hash is not valid");
}
