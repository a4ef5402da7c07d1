namespace Strato.Core.Sqlite;

/// <summary>A database cannot be opened, read or written. The message names the file and says why.</summary>
public sealed class SqliteException : StratoException
{
    public SqliteException(SqliteErrorKind kind, string message)
        : base(message)
    {
        Kind = kind;
    }

    /// <summary>The reason's class.</summary>
    public SqliteErrorKind Kind { get; }

    /// <summary>True where the file's bytes are to blame: another copy of it may be good.</summary>
    public bool IsBadData => Kind is SqliteErrorKind.Corrupt or SqliteErrorKind.NotADatabase or SqliteErrorKind.TooBig;
}
