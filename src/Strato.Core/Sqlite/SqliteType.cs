namespace Strato.Core.Sqlite;

/// <summary>How SQLite stores one value. The values are SQLite's own.</summary>
public enum SqliteType
{
    Integer = 1,
    Float = 2,
    Text = 3,
    Blob = 4,
    Null = 5,
}
