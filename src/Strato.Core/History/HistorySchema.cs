using System.Globalization;
using Strato.Core.Paths;
using Strato.Core.Sqlite;

namespace Strato.Core.History;

/// <summary>The tables of a history database: schema 1.0, revisions 0 to 3.</summary>
internal static class HistorySchema
{
    /// <summary>The revision with branches, which new databases have and changed ones are brought to.</summary>
    public const int LatestRevision = 3;

    public static void Create(SqliteDatabase database, string repositoryName)
    {
        using SqliteTransaction transaction = database.BeginTransaction();
        database.Execute(SqliteProperties.CreateTable);
        CreateBranches(database);
        database.Execute("""
            CREATE TABLE tags (name TEXT, hash TEXT, revision INTEGER, timestamp INTEGER, channel INTEGER, description TEXT, size INTEGER,
            branch TEXT, CONSTRAINT pk_tags PRIMARY KEY (name), FOREIGN KEY (branch) REFERENCES branches (branch))
            """u8);
        CreateRecycleBin(database);
        SqliteProperties properties = new(database);
        properties.Set("schema", "1.0");
        properties.Set("schema_revision", LatestRevision.ToString(CultureInfo.InvariantCulture));
        properties.Set("fqrn", repositoryName);
        transaction.Commit();
    }

    /// <summary>The schema revision; refuses other schemas.</summary>
    public static int Check(SqliteDatabase database)
    {
        SqliteProperties properties = new(database);
        string schema = properties.Get("schema") ?? "1.0";
        string text = properties.Get("schema_revision") ?? "0";
        bool isKnown = double.TryParse(schema, NumberStyles.Float, CultureInfo.InvariantCulture, out double version) && Math.Abs(version - 1.0) < 0.0005;
        return isKnown && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int revision)
            ? revision
            : throw new SqliteException(SqliteErrorKind.Corrupt, $"cannot read the history {database.Description}: its schema is {BytesText.Escape(schema)} revision {BytesText.Escape(text)}, 1.0 is known");
    }

    /// <summary>Brings an older database to <see cref="LatestRevision"/>, as the genuine tools do before they change one.</summary>
    public static void Upgrade(SqliteDatabase database, int revision)
    {
        if (revision >= LatestRevision)
        {
            return;
        }

        using SqliteTransaction transaction = database.BeginTransaction();
        if (revision < 1)
        {
            database.Execute("ALTER TABLE tags ADD size INTEGER"u8);
        }

        if (revision < 2)
        {
            CreateRecycleBin(database);
        }

        CreateBranches(database);
        database.Execute("ALTER TABLE tags ADD branch TEXT REFERENCES branches (branch)"u8);
        database.Execute("UPDATE tags SET branch = ''"u8);
        database.Execute("DELETE FROM recycle_bin"u8);
        new SqliteProperties(database).Set("schema_revision", LatestRevision.ToString(CultureInfo.InvariantCulture));
        transaction.Commit();
    }

    /// <summary>The columns of a tag for a revision, in the order that <see cref="HistoryDatabase"/> reads.</summary>
    public static string Columns(int revision) => revision switch
    {
        0 => "name, hash, revision, timestamp, description, 0, ''",
        < LatestRevision => "name, hash, revision, timestamp, description, size, ''",
        _ => "name, hash, revision, timestamp, description, size, branch",
    };

    private static void CreateBranches(SqliteDatabase database)
    {
        database.Execute("""
            CREATE TABLE branches (branch TEXT, parent TEXT, initial_revision INTEGER, CONSTRAINT pk_branch PRIMARY KEY (branch),
            FOREIGN KEY (parent) REFERENCES branches (branch), CHECK ((branch <> '') OR (parent IS NULL)), CHECK ((branch = '') OR (parent IS NOT NULL)))
            """u8);
        database.Execute("INSERT INTO branches (branch, parent, initial_revision) VALUES ('', NULL, 0)"u8);
    }

    /// <summary>Nobody fills it any more; old tools expect that it is there.</summary>
    private static void CreateRecycleBin(SqliteDatabase database) =>
        database.Execute("CREATE TABLE recycle_bin (hash TEXT, flags INTEGER, CONSTRAINT pk_hash PRIMARY KEY (hash))"u8);
}
