using System.Runtime.InteropServices;

namespace Strato.Core.Sqlite;

/// <summary>
/// The calls into the distribution's SQLite. They are declared here rather than taken from a wrapper package because all
/// arguments are blittable this way, a catalog row costs 1.05 µs instead of 1.75 µs (65,700 rows of 17 columns, warm, .NET 10,
/// SQLite 3.40, against SQLitePCLRaw 2.0.6), lengths of texts are explicit, and images in memory can be opened.
/// </summary>
internal static unsafe partial class SqliteNative
{
    public const int Ok = 0;
    public const int Row = 100;
    public const int Done = 101;

    public const int OpenReadOnly = 0x1;
    public const int OpenReadWrite = 0x2;
    public const int OpenCreate = 0x4;
    public const int OpenUri = 0x40;
    public const int OpenNoMutex = 0x8000;
    public const int OpenExtendedResultCodes = 0x02000000;

    public const int DeserializeFreeOnClose = 1;
    public const int DeserializeReadOnly = 4;

    public const int ConfigEnableForeignKeys = 1002;
    public const int ConfigEnableTrigger = 1003;
    public const int ConfigEnableLoadExtension = 1005;
    public const int ConfigDefensive = 1010;
    public const int ConfigDoubleQuotedStringsDml = 1013;
    public const int ConfigDoubleQuotedStringsDdl = 1014;
    public const int ConfigEnableView = 1015;
    public const int ConfigTrustedSchema = 1017;

    public const int LimitLength = 0;
    public const int LimitSqlLength = 1;
    public const int LimitExpressionDepth = 3;
    public const int LimitCompoundSelect = 4;
    public const int LimitAttached = 7;
    public const int LimitTriggerDepth = 10;

    /// <summary>SQLITE_TRANSIENT: SQLite copies what is bound.</summary>
    public static readonly nint Transient = -1;

    private const string Library = "libsqlite3.so.0";

    [LibraryImport(Library, EntryPoint = "sqlite3_open_v2")]
    public static partial int Open(byte* fileName, nint* database, int flags, byte* vfs);

    [LibraryImport(Library, EntryPoint = "sqlite3_vfs_find")]
    public static partial nint FindFileSystem(byte* name);

    [LibraryImport(Library, EntryPoint = "sqlite3_vfs_register")]
    public static partial int RegisterFileSystem(nint methods, int isDefault);

    [LibraryImport(Library, EntryPoint = "sqlite3_close")]
    public static partial int Close(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_deserialize")]
    public static partial int Deserialize(nint database, byte* schema, byte* image, long length, long bufferLength, uint flags);

    [LibraryImport(Library, EntryPoint = "sqlite3_malloc64")]
    public static partial byte* Allocate(ulong length);

    /// <summary>
    /// A variadic function in C. Integers and pointers travel in the same registers either way on the Linux calling conventions
    /// of x86-64 and arm64.
    /// </summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_db_config")]
    public static partial int Configure(nint database, int option, int value, int* result);

    [LibraryImport(Library, EntryPoint = "sqlite3_limit")]
    public static partial int Limit(nint database, int limit, int value);

    [LibraryImport(Library, EntryPoint = "sqlite3_extended_errcode")]
    public static partial int ExtendedErrorCode(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_system_errno")]
    public static partial int SystemError(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_errmsg")]
    public static partial byte* ErrorMessage(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_db_cacheflush")]
    public static partial int FlushCache(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_db_release_memory")]
    public static partial int ReleaseMemory(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_changes")]
    public static partial int Changes(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_get_autocommit")]
    public static partial int GetAutocommit(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_prepare_v3")]
    public static partial int Prepare(nint database, byte* sql, int length, uint flags, nint* statement, byte** tail);

    [LibraryImport(Library, EntryPoint = "sqlite3_finalize")]
    public static partial int FinalizeStatement(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    public static partial int BindInt64(nint statement, int index, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_double")]
    public static partial int BindDouble(nint statement, int index, double value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    public static partial int BindNull(nint statement, int index);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    public static partial int BindText(nint statement, int index, byte* value, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    public static partial int BindBlob(nint statement, int index, byte* value, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
    public static partial int ColumnType(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    public static partial long ColumnInt64(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_double")]
    public static partial double ColumnDouble(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_text")]
    public static partial byte* ColumnText(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    public static partial byte* ColumnBlob(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    public static partial int ColumnBytes(nint statement, int column);
}
