using System.Globalization;
using System.Text;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Core.Sqlite;

namespace Strato.Core.Catalogs;

/// <summary>
/// Writes one file catalog of schema 2.5 in a private working file. Everything happens in one transaction: nothing is in the file for
/// certain until <see cref="Seal"/>, and disposing without it drops what was written. Counters follow each change by themselves.
/// Used by one thread at a time; catalogs of one repository are written in parallel by writers of their own.
/// <para>
/// Failures are <see cref="SqliteException"/> (such as a full disk or a key that exists) and <see cref="CatalogException"/>.
/// </para>
/// </summary>
public sealed class CatalogWriter : IDisposable
{
    private readonly SqliteDatabase database;
    private readonly CatalogRowWriter rows;
    private readonly SqliteTransaction transaction;
    private uint lastHardlinkGroup;

    private CatalogWriter(SqliteDatabase database, CatalogCounters? initial, Action<SqliteDatabase> prepare)
    {
        this.database = database;
        try
        {
            transaction = database.BeginTransaction();
            prepare(database);
            Content = new CatalogReader(database);
            rows = new CatalogRowWriter(database);
            Counters = initial ?? Content.Counters;
            CountsKnownToParent = Counters.Total;
            lastHardlinkGroup = (uint)((database.QueryInt64("SELECT max(hardlinks) FROM catalog"u8) ?? 0) >> 32);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads what has been written so far. Its <see cref="CatalogReader.Properties"/> and <see cref="CatalogReader.Counters"/> are those
    /// of the beginning. Rows must not be changed during a walk that has not passed them. It ends with the writer.
    /// </summary>
    public CatalogReader Content { get; }

    /// <summary>What the catalog and those below it count now.</summary>
    public CatalogCounters Counters { get; private set; }

    /// <summary>
    /// By how much the catalog's total count has changed since it was opened: what the parent's subtree is to grow by. For a catalog
    /// that has been made this is everything.
    /// </summary>
    public CatalogCounts ChangeForParent => Counters.Total - CountsKnownToParent;

    /// <summary>Where the catalog belongs.</summary>
    public RepositoryPath RootPath => Content.Properties.RootPrefix;

    internal CatalogCounts CountsKnownToParent { get; }

    /// <summary>Makes a catalog with its first directory in a file that does not exist.</summary>
    /// <param name="file">The working file's path as the kernel takes it.</param>
    /// <param name="rootPath">Where the catalog belongs.</param>
    /// <param name="root">The first directory: without a name for the repository's root, with its own name and the nested-root mark below.</param>
    /// <param name="lastModified">The time now in seconds since 1970.</param>
    /// <param name="isVolatile">See <see cref="CatalogProperties.IsVolatile"/>; only a root catalog says so.</param>
    /// <param name="vomsAuthz">See <see cref="CatalogProperties.VomsAuthz"/>; only a root catalog says so.</param>
    public static CatalogWriter Create(
        ReadOnlySpan<byte> file, RepositoryPath rootPath, CatalogEntry root, long lastModified, bool isVolatile = false, string? vomsAuthz = null)
    {
        CatalogWriter writer = new(SqliteDatabase.Create(file), default(CatalogCounters), database =>
        {
            CatalogTables.Create(database);
            SetProperty(database, "revision", "0"u8);
            if (!rootPath.IsRoot)
            {
                SetProperty(database, "root_prefix", rootPath.Bytes);
            }
        });
        if (isVolatile)
        {
            SetProperty(writer.database, "volatile", "1"u8);
        }

        if (!string.IsNullOrEmpty(vomsAuthz))
        {
            writer.SetVomsAuthz(vomsAuthz);
        }

        writer.SetLastModified(lastModified);
        writer.Insert(rootPath.Key, rootPath.IsRoot ? default : rootPath.Parent.Key, root);
        return writer;
    }

    /// <summary>Opens a private copy of a catalog to change it; one of an older revision of schema 2.5 is brought to the latest.</summary>
    /// <param name="file">The working file's path as the kernel takes it.</param>
    public static CatalogWriter Open(ReadOnlySpan<byte> file) => new(SqliteDatabase.OpenReadWrite(file), null, database =>
    {
        CatalogSchema schema;
        using (CatalogPropertyTable properties = new(database))
        {
            schema = properties.ReadSchema();
        }

        if (schema != CatalogSchema.Latest)
        {
            CatalogTables.Upgrade(database, schema);

            // The reader expects every counter in the latest schema.
            CatalogCounterTable.Write(database, CatalogCounterTable.Read(database, schema));
        }
    });

    /// <summary>Adds an entry, without its chunks. A key that exists is a <see cref="SqliteErrorKind.Constraint"/>.</summary>
    public void Insert(PathKey key, PathKey parent, CatalogEntry entry)
    {
        rows.Insert(key, parent, entry);
        lastHardlinkGroup = Math.Max(lastHardlinkGroup, entry.HardlinkGroup);
        CountSelf(entry.Counts);
    }

    /// <summary>Replaces everything about an entry but its place and its chunks. One that does not exist is a <see cref="CatalogException"/>.</summary>
    public void Update(PathKey key, CatalogEntry entry)
    {
        if (!Content.TryFind(key, out CatalogRow row))
        {
            throw new CatalogException($"catalog {database.Description} has no entry {BytesText.Escape(entry.Name)} to change");
        }

        CatalogCounts before = CatalogCounts.Of(row.Type, row.Size, row.Flags, row.HasXattrs);
        _ = rows.Update(key, entry);
        CountSelf(entry.Counts - before);
    }

    /// <summary>Removes an entry and its chunks; what is below a directory is not looked for. Returns whether there was one.</summary>
    public bool Remove(PathKey key)
    {
        if (!Content.TryFind(key, out CatalogRow row))
        {
            return false;
        }

        CatalogCounts before = CatalogCounts.Of(row.Type, row.Size, row.Flags, row.HasXattrs);
        RemoveChunks(key);
        rows.Delete(key);
        CountSelf(default(CatalogCounts) - before);
        return true;
    }

    /// <summary>Adds one chunk of a file whose entry is, or will be, chunked.</summary>
    public void AddChunk(PathKey key, FileChunk chunk)
    {
        rows.InsertChunk(key, chunk);
        CountSelf(default(CatalogCounts) with { Chunks = 1 });
    }

    /// <summary>Removes all chunks of a file.</summary>
    public void RemoveChunks(PathKey key)
    {
        int removed = rows.DeleteChunks(key);
        CountSelf(default(CatalogCounts) with { Chunks = -removed });
    }

    /// <summary>Gives out the number of a new hard-link group, unique in this catalog.</summary>
    public uint NextHardlinkGroup() => checked(++lastHardlinkGroup);

    /// <summary>Refers to a nested catalog. Its mount point is an entry, which the caller marks.</summary>
    /// <param name="reference">Where, and which one if that is known yet.</param>
    /// <param name="counts">What the catalog and those below it count, as far as this one is to count it now.</param>
    public void AddNested(NestedCatalog reference, CatalogCounts counts)
    {
        CatalogReferences.Add(database, CatalogReferences.Nested, reference);
        CountSelf(default(CatalogCounts) with { NestedCatalogs = 1 });
        CountSubtree(counts);
    }

    /// <summary>Notes which object a nested catalog is now.</summary>
    /// <param name="reference">Where and which.</param>
    /// <param name="change">By how much it and those below it count more: <see cref="ChangeForParent"/> of its writer.</param>
    public void UpdateNested(NestedCatalog reference, CatalogCounts change)
    {
        CatalogReferences.Update(database, CatalogReferences.Nested, reference);
        CountSubtree(change);
    }

    /// <summary>Drops the reference to a nested catalog.</summary>
    /// <param name="counts">What the catalog and those below it counted in this one.</param>
    public void RemoveNested(RepositoryPath path, CatalogCounts counts)
    {
        CatalogReferences.Remove(database, CatalogReferences.Nested, path);
        CountSelf(default(CatalogCounts) with { NestedCatalogs = -1 });
        CountSubtree(default(CatalogCounts) - counts);
    }

    /// <summary>Attaches a root catalog at a directory, which the caller marks. Bind mount points are not counted.</summary>
    public void AddBindMountPoint(NestedCatalog reference) => CatalogReferences.Add(database, CatalogReferences.Bind, reference);

    /// <summary>Detaches a root catalog.</summary>
    public void RemoveBindMountPoint(RepositoryPath path) => CatalogReferences.Remove(database, CatalogReferences.Bind, path);

    /// <summary>
    /// Moves everything below a directory into a catalog that has been made for it, and refers to that one; see
    /// <see cref="NestedCatalog.Hash"/> for what is unknown until it is sealed. Bind mount points below it are not supported, as in
    /// the genuine publisher.
    /// </summary>
    /// <param name="nested">The new catalog with nothing but its first directory.</param>
    /// <param name="countersOf">Tells what each of the nested catalogs that move along counts.</param>
    public void SplitInto(CatalogWriter nested, Func<NestedCatalog, CatalogCounters> countersOf) => CatalogPartition.Split(this, nested, countersOf);

    /// <summary>Takes a nested catalog's content in, with its references, and drops the reference to it. The other is of no use then.</summary>
    public void MergeFrom(CatalogWriter nested) => CatalogPartition.Merge(this, nested);

    /// <summary>Sets the number of times that the catalog was published.</summary>
    public void SetRevision(ulong revision) => SetProperty("revision", unchecked((long)revision).ToString(CultureInfo.InvariantCulture));

    /// <summary>Names the catalog that this one replaces.</summary>
    public void SetPreviousRevision(ObjectHash hash) => SetProperty("previous_revision", hash.ToString());

    /// <summary>Sets the time of publishing in seconds since 1970.</summary>
    public void SetLastModified(long time) => SetProperty("last_modified", time.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets for how many seconds clients may use this root catalog.</summary>
    public void SetTtl(long seconds) => SetProperty("TTL", seconds.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets who may read the repository.</summary>
    public void SetVomsAuthz(string authz) => SetProperty("voms_authz", authz);

    /// <summary>Sets the branch that this root catalog is published on.</summary>
    public void SetBranch(string branch) => SetProperty("branch", branch);

    /// <summary>Sets any property.</summary>
    public void SetProperty(string key, string value) => SetProperty(database, key, Encoding.UTF8.GetBytes(value));

    /// <summary>Gives memory back for a while in which nothing is done; what was written goes to the file, and is dropped without <see cref="Seal"/> all the same.</summary>
    public void ReleaseMemory()
    {
        database.ResetStatements();
        database.ReleaseMemory();
    }

    /// <summary>
    /// Writes the counters, ends the transaction, compacts the database where that is worth it and closes it. The file is then
    /// complete and consistent, ready to be stored; it is not synced.
    /// </summary>
    public void Seal()
    {
        CatalogCounterTable.Write(database, Counters);
        database.ResetStatements();
        transaction.Commit();
        CatalogCompaction.CompactIfWorthwhile(database);
        database.Dispose();
    }

    /// <summary>Closes the file; what was written since it was opened is dropped unless the catalog is sealed.</summary>
    public void Dispose()
    {
        if (!database.IsDisposed)
        {
            transaction.Dispose();
            database.Dispose();
        }
    }

    private static void SetProperty(SqliteDatabase database, string key, ReadOnlySpan<byte> value)
    {
        using SqliteStatement replace = database.Prepare("INSERT OR REPLACE INTO properties (key, value) VALUES (?1, ?2)"u8);
        replace.BindText(1, Encoding.UTF8.GetBytes(key));
        replace.BindText(2, value);
        replace.Run();
    }

    private void CountSelf(CatalogCounts change) => Counters = Counters with { Self = Counters.Self + change };

    private void CountSubtree(CatalogCounts change) => Counters = Counters with { Subtree = Counters.Subtree + change };
}
