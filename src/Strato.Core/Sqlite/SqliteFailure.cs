namespace Strato.Core.Sqlite;

/// <summary>Turns SQLite's extended result codes into messages for people.</summary>
internal static class SqliteFailure
{
    private const int DiskFull = 28; // ENOSPC

    public static SqliteException Make(string description, int extendedCode, string reason, int systemError)
    {
        SqliteErrorKind kind = Classify(extendedCode);
        if (kind == SqliteErrorKind.InputOutput && systemError == DiskFull)
        {
            kind = SqliteErrorKind.Full;
        }

        string message = kind switch
        {
            SqliteErrorKind.NotADatabase => $"{description} is not a database",
            SqliteErrorKind.Corrupt => $"database {description} is corrupt: {reason}",
            SqliteErrorKind.CannotOpen => $"cannot open database {description}{Cause(systemError)}",
            SqliteErrorKind.InputOutput => $"cannot read or write database {description}{Cause(systemError)}",
            SqliteErrorKind.Full => $"cannot write database {description}: no space left on device; free some space and try again",
            SqliteErrorKind.TooBig => $"database {description} holds a value that is too big",
            SqliteErrorKind.Busy => $"database {description} is in use by another process",
            SqliteErrorKind.OutOfMemory => $"database {description} cannot be used: out of memory",
            _ => $"database {description}: {reason}",
        };
        return new SqliteException(kind, message);
    }

    private static SqliteErrorKind Classify(int extendedCode) => (extendedCode & 0xff) switch
    {
        5 or 6 => SqliteErrorKind.Busy,
        7 => SqliteErrorKind.OutOfMemory,
        8 => SqliteErrorKind.ReadOnly,
        10 => SqliteErrorKind.InputOutput,
        11 => SqliteErrorKind.Corrupt,
        13 => SqliteErrorKind.Full,
        14 => SqliteErrorKind.CannotOpen,
        18 => SqliteErrorKind.TooBig,
        19 => SqliteErrorKind.Constraint,
        26 => SqliteErrorKind.NotADatabase,
        _ => SqliteErrorKind.Other,
    };

    private static string Cause(int systemError) =>
        systemError == 0 ? string.Empty : $": {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(systemError)}";
}
