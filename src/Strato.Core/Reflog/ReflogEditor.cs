using System.Text;
using Strato.Core.Hashing;
using Strato.Core.Sqlite;

namespace Strato.Core.Reflog;

/// <summary>
/// Changes a private working copy of a reflog, whose bytes then replace <c>.cvmfsreflog</c>. Nothing is kept unless
/// <see cref="Seal"/> is reached. Used by one thread at a time.
/// </summary>
public sealed class ReflogEditor : IDisposable
{
    private readonly SqliteScratchFile file;
    private readonly SqliteTransaction transaction;
    private bool isSealed;

    private ReflogEditor(SqliteScratchFile file, ReflogDatabase reflog)
    {
        this.file = file;
        Reflog = reflog;
        transaction = reflog.Database.BeginTransaction();
    }

    /// <summary>The reflog as it stands, changes included.</summary>
    public ReflogDatabase Reflog { get; }

    /// <summary>Starts an empty reflog.</summary>
    /// <param name="repositoryName">The fully qualified repository name.</param>
    /// <param name="directory">Where the working copy lies meanwhile.</param>
    public static ReflogEditor Create(string repositoryName, string directory)
    {
        SqliteScratchFile copy = new(directory, default);
        return Start(copy, () =>
        {
            SqliteDatabase database = SqliteDatabase.Create(copy.Path);
            try
            {
                Fill(database, repositoryName);
                return database;
            }
            catch
            {
                database.Dispose();
                throw;
            }
        });
    }

    /// <summary>Starts from an existing reflog.</summary>
    /// <param name="image">Its bytes.</param>
    /// <param name="directory">Where the working copy lies meanwhile.</param>
    public static ReflogEditor Edit(ReadOnlySpan<byte> image, string directory)
    {
        SqliteScratchFile copy = new(directory, image);
        return Start(copy, () => SqliteDatabase.OpenReadWrite(copy.Path));
    }

    /// <summary>Adds a reference, or gives one that is there a new time.</summary>
    /// <param name="name">A catalog, certificate, history or meta information.</param>
    /// <param name="timestamp">Now, in seconds of Unix time.</param>
    public void Add(ObjectName name, long timestamp)
    {
        using SqliteStatement insert = Reflog.Database.Prepare("INSERT OR REPLACE INTO refs (hash, type, timestamp) VALUES (?1, ?2, ?3)"u8);
        insert.BindText(1, Encoding.ASCII.GetBytes(name.Hash.ToString()));
        insert.BindInt64(2, ReflogReference.TypeOf(name.Kind));
        insert.BindInt64(3, timestamp);
        insert.Run();
    }

    /// <summary>Removes a reference; one that is not there is no error.</summary>
    public void Remove(ObjectName name)
    {
        using SqliteStatement delete = Reflog.Database.Prepare("DELETE FROM refs WHERE hash = ?1 AND type = ?2"u8);
        delete.BindText(1, Encoding.ASCII.GetBytes(name.Hash.ToString()));
        delete.BindInt64(2, ReflogReference.TypeOf(name.Kind));
        delete.Run();
    }

    /// <summary>Ends editing and gives the database's bytes.</summary>
    public byte[] Seal()
    {
        ObjectDisposedException.ThrowIf(isSealed, this);
        isSealed = true;
        transaction.Commit();
        Reflog.Dispose();
        return file.ReadAll();
    }

    public void Dispose()
    {
        if (!isSealed)
        {
            transaction.Dispose();
        }

        Reflog.Dispose();
        file.Dispose();
    }

    private static void Fill(SqliteDatabase database, string repositoryName)
    {
        database.Execute(SqliteProperties.CreateTable);
        database.Execute("CREATE TABLE refs (hash TEXT, type INTEGER, timestamp INTEGER, CONSTRAINT pk_refs PRIMARY KEY (hash))"u8);
        SqliteProperties properties = new(database);
        properties.Set("schema", "1.0");
        properties.Set("schema_revision", "0");
        properties.Set("fqrn", repositoryName);
    }

    private static ReflogEditor Start(SqliteScratchFile file, Func<SqliteDatabase> open)
    {
        try
        {
            return new ReflogEditor(file, ReflogDatabase.Open(open()));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
