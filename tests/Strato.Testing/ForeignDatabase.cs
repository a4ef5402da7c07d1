using System.Runtime.InteropServices;

namespace Strato.Testing;

/// <summary>Makes SQLite databases without any of the product's care, as somebody else would.</summary>
public static partial class ForeignDatabase
{
    private const string Library = "libsqlite3.so.0";

    /// <summary>Runs an SQL script on a database file, which is made where it does not exist.</summary>
    public static void Make(string file, string script)
    {
        int code = Open(file, out nint database);
        try
        {
            if (code == 0)
            {
                code = Execute(database, script, 0, 0, 0);
            }

            if (code != 0)
            {
                throw new InvalidOperationException($"SQLite: {Marshal.PtrToStringUTF8(Message(database))} in {script}");
            }
        }
        finally
        {
            _ = Close(database);
        }
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string file, out nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_exec", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(nint database, string script, nint callback, nint context, nint message);

    [LibraryImport(Library, EntryPoint = "sqlite3_errmsg")]
    private static partial nint Message(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_close")]
    private static partial int Close(nint database);
}
