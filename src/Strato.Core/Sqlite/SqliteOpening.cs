using Strato.Core.Paths;

namespace Strato.Core.Sqlite;

/// <summary>Opens connections, hardens them before they read anything, and refuses databases that hold more than data.</summary>
internal static unsafe class SqliteOpening
{
    /// <summary>Opens a database's bytes in place, read-only. With the flag for it SQLite frees them, even where this fails.</summary>
    public static SqliteDatabase Bytes(byte* image, long length, uint flags, string description)
    {
        SqliteDatabase database = File(":memory:"u8, SqliteNative.OpenReadWrite, description);
        fixed (byte* schema = "main\0"u8)
        {
            // With the free-on-close flag SQLite frees the image even when this fails.
            int code = SqliteNative.Deserialize(database.Handle, schema, image, length, length, flags);
            if (code != SqliteNative.Ok)
            {
                SqliteException error = database.Failure(code);
                database.Dispose();
                throw error;
            }
        }

        return ForReading(database);
    }

    /// <summary>Connects to a file without looking at it yet.</summary>
    /// <param name="path">The path's bytes, or a name that SQLite knows.</param>
    /// <param name="flags">SQLITE_OPEN_*</param>
    /// <param name="description">What messages call the database.</param>
    /// <param name="isDescriptor">Whether the path is of <see cref="SqliteDescriptorFiles"/>.</param>
    public static SqliteDatabase File(ReadOnlySpan<byte> path, int flags, string description, bool isDescriptor = false)
    {
        if (path.Contains((byte)0))
        {
            throw new SqliteException(SqliteErrorKind.CannotOpen, $"cannot open {description}: its path holds a NUL");
        }

        byte[] terminated = new byte[path.Length + 1];
        path.CopyTo(terminated);
        nint opened;
        int code;
        fixed (byte* name = terminated)
        {
            try
            {
                byte* fileSystem = isDescriptor ? SqliteDescriptorFiles.FileSystem : null;
                code = SqliteNative.Open(name, &opened, flags | SqliteNative.OpenNoMutex | SqliteNative.OpenExtendedResultCodes, fileSystem);
            }
            catch (Exception error) when (error is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException })
            {
                throw new StratoException("SQLite is missing: install libsqlite3-0 (Debian) or sqlite-libs (Red Hat)", error);
            }
        }

        if (opened == 0)
        {
            throw new SqliteException(SqliteErrorKind.OutOfMemory, $"cannot open {description}: no memory");
        }

        SqliteDatabase database = new(opened, description);
        if (code != SqliteNative.Ok)
        {
            SqliteException error = database.Failure(code);
            database.Dispose();
            throw error;
        }

        SqliteHardening.Apply(opened, writes: (flags & SqliteNative.OpenReadOnly) == 0);
        return database;
    }

    /// <summary>Makes a connection ready to read a file that nobody changes, mapped into memory.</summary>
    public static SqliteDatabase ForReading(SqliteDatabase database) => Prepare(
        database, "PRAGMA cell_size_check=ON", "PRAGMA temp_store=MEMORY", "PRAGMA query_only=ON", "PRAGMA mmap_size=1073741824");

    /// <summary>Makes a connection ready to read pages into a small cache.</summary>
    public static SqliteDatabase ForReadingDescriptor(SqliteDatabase database) => Prepare(
        database, "PRAGMA cell_size_check=ON", "PRAGMA temp_store=MEMORY", "PRAGMA query_only=ON", $"PRAGMA cache_size=-{SqliteDatabase.DescriptorCacheSize >> 10}");

    /// <summary>Makes a connection ready to change a private file.</summary>
    public static SqliteDatabase ForWriting(SqliteDatabase database) => Prepare(
        database, "PRAGMA cell_size_check=ON", "PRAGMA cache_size=-16384", "PRAGMA locking_mode=EXCLUSIVE", "PRAGMA journal_mode=DELETE", "PRAGMA synchronous=OFF");

    private static SqliteDatabase Prepare(SqliteDatabase database, params ReadOnlySpan<string> pragmas)
    {
        try
        {
            foreach (string pragma in pragmas)
            {
                database.Execute(pragma);
            }

            RefuseActiveSchema(database);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Lets only tables and indexes pass. What a schema row makes is decided by its SQL alone, whose first words SQLite itself
    /// writes in this very form; an index that belongs to a constraint has none.
    /// </summary>
    private static void RefuseActiveSchema(SqliteDatabase database)
    {
        using SqliteStatement schema = database.Prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"u8);
        while (schema.Step())
        {
            ReadOnlySpan<byte> sql = schema.GetText(0);
            if (!sql.StartsWith("CREATE TABLE "u8) && !sql.StartsWith("CREATE INDEX "u8) && !sql.StartsWith("CREATE UNIQUE INDEX "u8))
            {
                throw new SqliteException(
                    SqliteErrorKind.Corrupt,
                    $"cannot open {database.Description}: it holds more than tables and indexes ({BytesText.Escape(sql[..Math.Min(sql.Length, 40)])})");
            }
        }
    }
}
