using System.Text;

namespace Strato.Core.Sqlite;

/// <summary>The table <c>properties</c> of histories and reflogs: keys and values as TEXT.</summary>
/// <param name="database">The database that holds the table.</param>
internal readonly struct SqliteProperties(SqliteDatabase database)
{
    public static ReadOnlySpan<byte> CreateTable => "CREATE TABLE properties (key TEXT, value TEXT, CONSTRAINT pk_properties PRIMARY KEY (key))"u8;

    public string? Get(string key)
    {
        using SqliteStatement select = database.Prepare("SELECT value FROM properties WHERE key = ?1"u8);
        select.BindText(1, Encoding.UTF8.GetBytes(key));
        return select.Step() && !select.IsNull(0) ? Encoding.UTF8.GetString(select.GetText(0)) : null;
    }

    public void Set(string key, string value)
    {
        using SqliteStatement insert = database.Prepare("INSERT OR REPLACE INTO properties (key, value) VALUES (?1, ?2)"u8);
        insert.BindText(1, Encoding.UTF8.GetBytes(key));
        insert.BindText(2, Encoding.UTF8.GetBytes(value));
        insert.Run();
    }
}
