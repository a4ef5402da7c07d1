using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using Strato.Core.Paths;
using Strato.Posix;

namespace Strato.Core.Sqlite;

/// <summary>
/// A connection to one SQLite database: a catalog, a history or a reflog. Used by one thread at a time; several connections
/// to one file are cheap. Must be disposed: there is no finalizer, because it could run beside a call that is still under way.
/// <para>
/// Databases are foreign bytes. Whatever mode a connection is opened in, views, triggers and virtual tables are refused,
/// functions named by a schema are not trusted, structure is checked cell by cell, and values are bounded by
/// <see cref="MaxValueLength"/>.
/// </para>
/// </summary>
public sealed unsafe class SqliteDatabase : IDisposable
{
    /// <summary>The longest value or row, in bytes. The longest that the format knows is a list of extended attributes, 132 KB.</summary>
    public const int MaxValueLength = 4 << 20;

    /// <summary>The most bytes of pages that a connection of <see cref="OpenDescriptor"/> keeps.</summary>
    public const int DescriptorCacheSize = 512 << 10;

    private readonly List<SqliteStatement> statements = [];
    private nint handle;

    /// <summary>Takes a connection over; see <see cref="SqliteOpening"/>.</summary>
    internal SqliteDatabase(nint handle, string description)
    {
        this.handle = handle;
        Description = description;
    }

    /// <summary>What messages call the database: its path, escaped for a terminal.</summary>
    public string Description { get; }

    /// <summary>True once a call found the file unreadable or not what a database is.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>True once the connection has been closed.</summary>
    public bool IsDisposed => handle == 0;

    /// <summary>True between BEGIN and COMMIT or ROLLBACK, be that an implicit one after an error.</summary>
    public bool IsInTransaction => SqliteNative.GetAutocommit(Handle) == 0;

    /// <summary>The rows that the last INSERT, UPDATE or DELETE changed.</summary>
    public int Changes => SqliteNative.Changes(Handle);

    internal nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(handle == 0, this);
            return handle;
        }
    }

    /// <summary>
    /// Opens a file that nobody changes while it is open, without locks or a look for journals, mapped into memory.
    /// </summary>
    /// <param name="path">The path's bytes as the kernel takes them.</param>
    public static SqliteDatabase OpenImmutable(ReadOnlySpan<byte> path)
    {
        SqliteDatabase database = SqliteOpening.File(SqliteUri.Immutable(path), SqliteNative.OpenReadOnly | SqliteNative.OpenUri, BytesText.Escape(path));
        return SqliteOpening.ForReading(database);
    }

    /// <inheritdoc cref="OpenImmutable(ReadOnlySpan{byte})"/>
    public static SqliteDatabase OpenImmutable(string path) => OpenImmutable(Encoding.UTF8.GetBytes(path));

    /// <summary>Opens a copy of a database's bytes, read-only.</summary>
    public static SqliteDatabase OpenImage(ReadOnlySpan<byte> image, string description)
    {
        byte* copy = SqliteNative.Allocate((ulong)Math.Max(image.Length, 1));
        if (copy is null)
        {
            throw new SqliteException(SqliteErrorKind.OutOfMemory, $"cannot open {description}: no memory for its {image.Length} bytes");
        }

        image.CopyTo(new Span<byte>(copy, image.Length));
        return SqliteOpening.Bytes(copy, image.Length, SqliteNative.DeserializeReadOnly | SqliteNative.DeserializeFreeOnClose, description);
    }

    /// <summary>
    /// Opens a file by its descriptor, which may have lost its name, read-only and without locks. The caller keeps the descriptor open until
    /// the connection is disposed; several connections may share one. Pages are read with pread(2) into at most
    /// <see cref="DescriptorCacheSize"/> of memory, so that a failing disk or a shortened file is an exception.
    /// </summary>
    public static SqliteDatabase OpenDescriptor(FileDescriptor file, string description)
    {
        SqliteDatabase database = SqliteOpening.File(SqliteDescriptorFiles.NameOf(file), SqliteNative.OpenReadOnly, description, isDescriptor: true);
        return SqliteOpening.ForReadingDescriptor(database);
    }

    /// <summary>
    /// Opens a private working copy to change it. Nothing is synced: after a crash the copy is worthless and is made again from the
    /// immutable object that it came from. The journal is a file beside it all the same, because in memory it would
    /// grow with the rows that change.
    /// </summary>
    public static SqliteDatabase OpenReadWrite(ReadOnlySpan<byte> path)
    {
        return SqliteOpening.ForWriting(SqliteOpening.File(path, SqliteNative.OpenReadWrite, BytesText.Escape(path)));
    }

    /// <inheritdoc cref="OpenReadWrite(ReadOnlySpan{byte})"/>
    public static SqliteDatabase OpenReadWrite(string path) => OpenReadWrite(Encoding.UTF8.GetBytes(path));

    /// <summary>
    /// Makes an empty database at a path where nothing is, for writing as with <see cref="OpenReadWrite(ReadOnlySpan{byte})"/>.
    /// </summary>
    /// <param name="path">The path's bytes as the kernel takes them.</param>
    /// <param name="pageSize">A power of two from 512 to 65536; the genuine tools write 1024.</param>
    public static SqliteDatabase Create(ReadOnlySpan<byte> path, int pageSize = 1024)
    {
        SqliteDatabase database = SqliteOpening.File(path, SqliteNative.OpenReadWrite | SqliteNative.OpenCreate, BytesText.Escape(path));
        try
        {
            database.Execute(Encoding.ASCII.GetBytes($"PRAGMA page_size={pageSize}"));
            database.Execute("PRAGMA auto_vacuum=NONE"u8);
        }
        catch
        {
            database.Dispose();
            throw;
        }

        return SqliteOpening.ForWriting(database);
    }

    /// <inheritdoc cref="Create(ReadOnlySpan{byte}, int)"/>
    public static SqliteDatabase Create(string path, int pageSize = 1024) => Create(Encoding.UTF8.GetBytes(path), pageSize);

    /// <summary>Compiles one statement. Throws <see cref="SqliteException"/> where the schema lacks what it names.</summary>
    /// <param name="sql">SQL as UTF-8.</param>
    public SqliteStatement Prepare(ReadOnlySpan<byte> sql)
    {
        const uint persistent = 1;
        nint statement;
        byte* tail;
        fixed (byte* text = sql)
        {
            int code = SqliteNative.Prepare(Handle, text, sql.Length, persistent, &statement, &tail);
            if (code != SqliteNative.Ok)
            {
                Throw(code);
            }

            if (tail != text + sql.Length)
            {
                _ = SqliteNative.FinalizeStatement(statement);
                throw new ArgumentException("more than one statement", nameof(sql));
            }
        }

        SqliteStatement prepared = new(this, statement);
        statements.Add(prepared);
        return prepared;
    }

    /// <inheritdoc cref="Prepare(ReadOnlySpan{byte})"/>
    public SqliteStatement Prepare(string sql) => Prepare(Encoding.UTF8.GetBytes(sql));

    /// <summary>Runs one statement, dropping rows that it yields.</summary>
    /// <param name="sql">SQL as UTF-8.</param>
    public void Execute(ReadOnlySpan<byte> sql)
    {
        using SqliteStatement statement = Prepare(sql);
        statement.Run();
    }

    /// <inheritdoc cref="Execute(ReadOnlySpan{byte})"/>
    public void Execute(string sql) => Execute(Encoding.UTF8.GetBytes(sql));

    /// <summary>Writes changed pages to the file, in the midst of a transaction as well, and gives the memory of all pages back.</summary>
    public void ReleaseMemory()
    {
        int code = SqliteNative.FlushCache(Handle);
        if (code != SqliteNative.Ok)
        {
            Throw(code);
        }

        _ = SqliteNative.ReleaseMemory(Handle);
    }

    /// <summary>The first column of the first row, or null where there is no row or it is NULL.</summary>
    /// <param name="sql">SQL as UTF-8.</param>
    public long? QueryInt64(ReadOnlySpan<byte> sql)
    {
        using SqliteStatement statement = Prepare(sql);
        return statement.Step() && !statement.IsNull(0) ? statement.GetInt64(0) : null;
    }

    /// <summary>Begins a transaction; see <see cref="SqliteTransaction"/>. They do not nest.</summary>
    public SqliteTransaction BeginTransaction() => new(this);

    /// <summary>Ends every walk over rows that is under way, which would be in the way of VACUUM and DROP.</summary>
    public void ResetStatements()
    {
        foreach (SqliteStatement statement in statements)
        {
            statement.Reset();
        }
    }

    /// <summary>Closes the connection and every statement of it. Doing so again does nothing.</summary>
    public void Dispose()
    {
        if (handle == 0)
        {
            return;
        }

        while (statements.Count > 0)
        {
            statements[^1].Dispose();
        }

        _ = SqliteNative.Close(handle);
        handle = 0;
    }

    internal void Forget(SqliteStatement statement) => statements.Remove(statement);

    internal SqliteException Failure(int code)
    {
        string reason = BytesText.Escape(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(SqliteNative.ErrorMessage(Handle)));
        SqliteException failure = SqliteFailure.Make(Description, code, reason, SqliteNative.SystemError(handle));
        HasFailed |= failure.Kind is SqliteErrorKind.InputOutput or SqliteErrorKind.Corrupt or SqliteErrorKind.NotADatabase;
        return failure;
    }

    [DoesNotReturn]
    internal void Throw(int code) => throw Failure(code);
}
