using System.Runtime.CompilerServices;

namespace Strato.Core.Sqlite;

/// <summary>
/// A prepared statement. Parameters count from 1, columns from 0, as in SQLite's own interface. Stepping and reading columns
/// allocate nothing. A statement is used by the thread that uses its database, and dies with it.
/// </summary>
public sealed unsafe class SqliteStatement : IDisposable
{
    private readonly SqliteDatabase database;
    private nint handle;

    internal SqliteStatement(SqliteDatabase database, nint handle)
    {
        this.database = database;
        this.handle = handle;
    }

    private nint Handle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (handle == 0)
            {
                ThrowDisposed();
            }

            return handle;
        }
    }

    /// <summary>Binds bytes as TEXT, the type that catalogs compare and index paths and names by. They are copied.</summary>
    public void BindText(int parameter, ReadOnlySpan<byte> value)
    {
        // A null pointer would bind NULL, so an empty text points somewhere.
        byte nothing = 0;
        fixed (byte* pointer = value)
        {
            Check(SqliteNative.BindText(Handle, parameter, pointer is null ? &nothing : pointer, value.Length, SqliteNative.Transient));
        }
    }

    /// <summary>Binds bytes as BLOB, an empty one where <paramref name="value"/> is empty. They are copied.</summary>
    public void BindBlob(int parameter, ReadOnlySpan<byte> value)
    {
        byte nothing = 0;
        fixed (byte* pointer = value)
        {
            Check(SqliteNative.BindBlob(Handle, parameter, pointer is null ? &nothing : pointer, value.Length, SqliteNative.Transient));
        }
    }

    public void BindInt64(int parameter, long value) => Check(SqliteNative.BindInt64(Handle, parameter, value));

    public void BindDouble(int parameter, double value) => Check(SqliteNative.BindDouble(Handle, parameter, value));

    public void BindNull(int parameter) => Check(SqliteNative.BindNull(Handle, parameter));

    /// <summary>
    /// Advances to the next row; false at the end, where the statement is reset and may be bound and stepped again.
    /// </summary>
    public bool Step()
    {
        int code = SqliteNative.Step(Handle);
        if (code == SqliteNative.Row)
        {
            return true;
        }

        if (code != SqliteNative.Done)
        {
            SqliteException error = database.Failure(code);
            _ = SqliteNative.Reset(handle);
            throw error;
        }

        _ = SqliteNative.Reset(handle);
        return false;
    }

    /// <summary>Runs a statement that changes something to its end and resets it.</summary>
    public void Run()
    {
        while (Step())
        {
            // A PRAGMA answers with rows that nobody asked for.
        }
    }

    /// <summary>Leaves the rows that were not read, so that the statement can be bound again. Bindings stay.</summary>
    public void Reset() => _ = SqliteNative.Reset(Handle);

    public SqliteType GetColumnType(int column) => (SqliteType)SqliteNative.ColumnType(Handle, column);

    public bool IsNull(int column) => GetColumnType(column) == SqliteType.Null;

    /// <summary>The value as an integer; texts are read as a number as far as they are one, NULL is 0.</summary>
    public long GetInt64(int column) => SqliteNative.ColumnInt64(Handle, column);

    /// <summary>The value as a float; texts are read as a number as far as they are one, NULL is 0.</summary>
    public double GetDouble(int column) => SqliteNative.ColumnDouble(Handle, column);

    /// <summary>The value's bytes as UTF-8 text or whatever was stored as such, empty for NULL. Valid until the next step, reset or read of this column.</summary>
    public ReadOnlySpan<byte> GetText(int column)
    {
        byte* text = SqliteNative.ColumnText(Handle, column);
        return new ReadOnlySpan<byte>(text, text is null ? 0 : SqliteNative.ColumnBytes(handle, column));
    }

    /// <summary>The value's bytes, empty for NULL. Valid until the next step, reset or read of this column.</summary>
    public ReadOnlySpan<byte> GetBlob(int column)
    {
        byte* blob = SqliteNative.ColumnBlob(Handle, column);
        return new ReadOnlySpan<byte>(blob, blob is null ? 0 : SqliteNative.ColumnBytes(handle, column));
    }

    /// <summary>Frees the statement. Doing so again does nothing.</summary>
    public void Dispose()
    {
        if (handle != 0)
        {
            // The code is the one of the last step, which has been reported then.
            _ = SqliteNative.FinalizeStatement(handle);
            handle = 0;
            database.Forget(this);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowDisposed() => throw new ObjectDisposedException(nameof(SqliteStatement));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Check(int code)
    {
        if (code != SqliteNative.Ok)
        {
            database.Throw(code);
        }
    }
}
