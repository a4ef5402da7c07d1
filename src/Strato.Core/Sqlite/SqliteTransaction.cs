namespace Strato.Core.Sqlite;

/// <summary>An open transaction: <see cref="Commit"/> keeps what was written, disposing without it takes everything back.</summary>
public sealed class SqliteTransaction : IDisposable
{
    private readonly SqliteDatabase database;
    private bool ended;

    internal SqliteTransaction(SqliteDatabase database)
    {
        this.database = database;
        database.Execute("BEGIN"u8);
    }

    /// <summary>Keeps what was written. Throws <see cref="SqliteException"/>; the transaction is then rolled back by <see cref="Dispose"/>.</summary>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(ended, this);
        database.Execute("COMMIT"u8);
        ended = true;
    }

    /// <summary>Rolls back unless committed. SQLite itself has rolled back after some errors; then nothing is left to do.</summary>
    public void Dispose()
    {
        if (!ended)
        {
            ended = true;
            if (database.IsInTransaction)
            {
                database.Execute("ROLLBACK"u8);
            }
        }
    }
}
