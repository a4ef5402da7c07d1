namespace Strato.Core.Sqlite;

/// <summary>Takes from a connection what a hostile database could use and no repository needs.</summary>
internal static unsafe class SqliteHardening
{
    /// <summary>The longest statement, be it in a schema, in bytes.</summary>
    private const int MaxSqlLength = 64 << 10;

    /// <summary>Applies options and limits to a connection that has not read its database yet.</summary>
    public static void Apply(nint database, bool writes)
    {
        // Foreign keys are off as well: chunks are inserted before or after their file, whichever is faster.
        Switch(database, SqliteNative.ConfigDefensive, on: true);
        Switch(database, SqliteNative.ConfigTrustedSchema, on: false);
        Switch(database, SqliteNative.ConfigEnableTrigger, on: false);
        Switch(database, SqliteNative.ConfigEnableView, on: false);
        Switch(database, SqliteNative.ConfigEnableLoadExtension, on: false);
        Switch(database, SqliteNative.ConfigEnableForeignKeys, on: false);
        Switch(database, SqliteNative.ConfigDoubleQuotedStringsDml, on: false);
        Switch(database, SqliteNative.ConfigDoubleQuotedStringsDdl, on: false);
        _ = SqliteNative.Limit(database, SqliteNative.LimitLength, SqliteDatabase.MaxValueLength);
        _ = SqliteNative.Limit(database, SqliteNative.LimitSqlLength, MaxSqlLength);
        _ = SqliteNative.Limit(database, SqliteNative.LimitExpressionDepth, 100);
        _ = SqliteNative.Limit(database, SqliteNative.LimitCompoundSelect, 8);
        _ = SqliteNative.Limit(database, SqliteNative.LimitTriggerDepth, 1);

        // VACUUM attaches one.
        _ = SqliteNative.Limit(database, SqliteNative.LimitAttached, writes ? 1 : 0);
    }

    private static void Switch(nint database, int option, bool on)
    {
        // An older SQLite refuses an option that it does not know; the check of the schema stands by itself.
        _ = SqliteNative.Configure(database, option, on ? 1 : 0, null);
    }
}
