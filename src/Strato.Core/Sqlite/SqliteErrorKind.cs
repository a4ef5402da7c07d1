namespace Strato.Core.Sqlite;

/// <summary>Why SQLite refused, as far as callers treat the reasons differently.</summary>
public enum SqliteErrorKind
{
    /// <summary>Anything else, such as an SQL error.</summary>
    Other,

    /// <summary>The file is no database at all, or encrypted, or of a future format.</summary>
    NotADatabase,

    /// <summary>The file is a database whose structure contradicts itself, or lacks or adds tables.</summary>
    Corrupt,

    /// <summary>The file cannot be opened.</summary>
    CannotOpen,

    /// <summary>Reading or writing the file failed in the operating system.</summary>
    InputOutput,

    /// <summary>No space is left on the device.</summary>
    Full,

    /// <summary>A row contradicts a constraint, such as a second row with the same key.</summary>
    Constraint,

    /// <summary>The file or its database must not be written.</summary>
    ReadOnly,

    /// <summary>A value or a statement is larger than this process admits.</summary>
    TooBig,

    /// <summary>Another process holds a lock on the file.</summary>
    Busy,

    /// <summary>Memory cannot be allocated.</summary>
    OutOfMemory,
}
