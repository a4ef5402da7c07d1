using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Core.Sqlite;

namespace Strato.Core.Catalogs;

/// <summary>Writes rows of tables <c>catalog</c> and <c>chunks</c>. It keeps no counters.</summary>
internal sealed class CatalogRowWriter(SqliteDatabase database)
{
    private const string Values = "hash, hardlinks, size, mode, mtime, flags, name, symlink, uid, gid, xattr, mtimens";

    private readonly SqliteStatement insert = database.Prepare(
        $"INSERT INTO catalog ({Values}, md5path_1, md5path_2, parent_1, parent_2) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)");

    private readonly SqliteStatement update = database.Prepare(
        $"UPDATE catalog SET ({Values}) = (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) WHERE md5path_1 = ?13 AND md5path_2 = ?14");

    private readonly SqliteStatement delete = database.Prepare("DELETE FROM catalog WHERE md5path_1 = ?1 AND md5path_2 = ?2"u8);

    private readonly SqliteStatement insertChunk = database.Prepare(
        "INSERT INTO chunks (md5path_1, md5path_2, offset, size, hash) VALUES (?1, ?2, ?3, ?4, ?5)"u8);

    private readonly SqliteStatement deleteChunks = database.Prepare("DELETE FROM chunks WHERE md5path_1 = ?1 AND md5path_2 = ?2"u8);

    public void Insert(PathKey key, PathKey parent, CatalogEntry entry)
    {
        Bind(insert, entry);
        insert.BindInt64(13, key.First);
        insert.BindInt64(14, key.Second);
        insert.BindInt64(15, parent.First);
        insert.BindInt64(16, parent.Second);
        insert.Run();
    }

    /// <summary>Changes the row with a key. Returns whether there was one.</summary>
    public bool Update(PathKey key, CatalogEntry entry)
    {
        Bind(update, entry);
        update.BindInt64(13, key.First);
        update.BindInt64(14, key.Second);
        update.Run();
        return database.Changes == 1;
    }

    public void Delete(PathKey key)
    {
        delete.BindInt64(1, key.First);
        delete.BindInt64(2, key.Second);
        delete.Run();
    }

    public void InsertChunk(PathKey key, FileChunk chunk)
    {
        insertChunk.BindInt64(1, key.First);
        insertChunk.BindInt64(2, key.Second);
        insertChunk.BindInt64(3, chunk.Offset);
        insertChunk.BindInt64(4, chunk.Size);
        insertChunk.BindBlob(5, chunk.Hash.Bytes);
        insertChunk.Run();
    }

    /// <summary>Removes a file's chunks and returns how many there were.</summary>
    public int DeleteChunks(PathKey key)
    {
        deleteChunks.BindInt64(1, key.First);
        deleteChunks.BindInt64(2, key.Second);
        deleteChunks.Run();
        return database.Changes;
    }

    private static void Bind(SqliteStatement statement, CatalogEntry entry)
    {
        ObjectHash hash = entry.Hash;
        if (hash.IsNull)
        {
            statement.BindNull(1);
        }
        else
        {
            statement.BindBlob(1, hash.Bytes);
        }

        statement.BindInt64(2, ((long)entry.HardlinkGroup << 32) | entry.Linkcount);
        statement.BindInt64(3, entry.Size);
        statement.BindInt64(4, entry.Mode);
        statement.BindInt64(5, entry.Mtime);
        statement.BindInt64(6, (uint)entry.Flags);
        statement.BindText(7, entry.Name);
        statement.BindText(8, entry.Symlink);
        statement.BindInt64(9, entry.Uid);
        statement.BindInt64(10, entry.Gid);
        if (entry.Xattrs.Count == 0)
        {
            statement.BindNull(11);
        }
        else
        {
            statement.BindBlob(11, entry.Xattrs.ToBlob());
        }

        if (entry.MtimeNanoseconds < 0)
        {
            statement.BindNull(12);
        }
        else
        {
            statement.BindInt64(12, entry.MtimeNanoseconds);
        }
    }
}
