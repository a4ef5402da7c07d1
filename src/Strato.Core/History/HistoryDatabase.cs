using System.Text;
using Strato.Core.Hashing;
using Strato.Core.Sqlite;

namespace Strato.Core.History;

/// <summary>
/// A repository's history: its named revisions and branches (an SQLite database, schema 1.0). Read-only, or a private working
/// copy that <see cref="HistoryEditor"/> changes. Used by one thread at a time.
/// </summary>
/// <remarks>Everything read from it is foreign: a damaged database is a <see cref="StratoException"/> that names it.</remarks>
public sealed class HistoryDatabase : IDisposable
{
    /// <summary>The largest history that is read, in plain bytes: some 300,000 tags.</summary>
    public const long MaxLength = 64 * 1024 * 1024;

    private readonly SqliteDatabase database;
    private readonly string columns;

    private HistoryDatabase(SqliteDatabase database)
    {
        this.database = database;
        SchemaRevision = HistorySchema.Check(database);
        columns = HistorySchema.Columns(SchemaRevision);
        RepositoryName = new SqliteProperties(database).Get("fqrn") ?? throw Damaged("it names no repository");
    }

    /// <summary>The fully qualified repository name.</summary>
    public string RepositoryName { get; }

    /// <summary>The history that this one was made from, null for the first.</summary>
    public ObjectHash? PreviousRevision
    {
        get
        {
            string? text = new SqliteProperties(database).Get("previous_revision");
            return string.IsNullOrEmpty(text) ? null : ObjectHash.TryParse(text, out ObjectHash hash) ? hash : throw Damaged("its previous revision is no hash");
        }
    }

    /// <summary>The number of tags.</summary>
    public long Count => database.QueryInt64("SELECT count(*) FROM tags"u8) ?? 0;

    internal int SchemaRevision { get; }

    internal SqliteDatabase Database => database;

    /// <summary>Opens a history's bytes.</summary>
    public static HistoryDatabase OpenImage(ReadOnlySpan<byte> image, string description) => Open(SqliteDatabase.OpenImage(image, description));

    /// <summary>Opens a file that nobody changes meanwhile.</summary>
    /// <param name="path">The path's bytes as the kernel takes them.</param>
    public static HistoryDatabase OpenFile(ReadOnlySpan<byte> path) => Open(SqliteDatabase.OpenImmutable(path));

    /// <summary>The tags, newest first.</summary>
    public List<HistoryTag> ListTags() => Select("ORDER BY timestamp DESC, revision DESC, name", null);

    /// <summary>The tag of that name, null where there is none.</summary>
    public HistoryTag? Find(string name) => Select("WHERE name = ?1", statement => statement.BindText(1, Encoding.UTF8.GetBytes(name))).FirstOrDefault();

    /// <summary>What the default branch showed at a time: the newest of its tags that is not younger. Null where none is.</summary>
    /// <param name="timestamp">Seconds of Unix time.</param>
    public HistoryTag? FindByDate(long timestamp) => Select(
        $"WHERE {BranchColumn} = '' AND timestamp <= ?1 ORDER BY revision DESC LIMIT 1", statement => statement.BindInt64(1, timestamp)).FirstOrDefault();

    /// <summary>A tag of that revision, of the default branch if there is one; null where no tag names the revision.</summary>
    public HistoryTag? FindByRevision(ulong revision) => Select(
        $"WHERE revision = ?1 ORDER BY {BranchColumn}, name LIMIT 1", statement => statement.BindInt64(1, (long)revision)).FirstOrDefault();

    /// <summary>The newest tag of a branch, null where it has none.</summary>
    public HistoryTag? FindBranchHead(string branch) => Select(
        $"WHERE {BranchColumn} = ?1 ORDER BY revision DESC LIMIT 1", statement => statement.BindText(1, Encoding.UTF8.GetBytes(branch))).FirstOrDefault();

    /// <summary>The tags that <see cref="HistoryEditor.RollBack"/> to a tag removes or moves: it and everything later on the default branch.</summary>
    public List<HistoryTag> ListRolledBack(HistoryTag target) => Select(
        $"WHERE (revision > ?1 OR name = ?2) AND {BranchColumn} = '' ORDER BY revision DESC",
        statement =>
        {
            statement.BindInt64(1, (long)target.Revision);
            statement.BindText(2, Encoding.UTF8.GetBytes(target.Name));
        });

    /// <summary>The root catalogs of all tags, oldest first, each once.</summary>
    public List<ObjectHash> ListRootCatalogs()
    {
        using SqliteStatement select = database.Prepare("SELECT hash FROM tags GROUP BY hash ORDER BY min(timestamp), min(revision)"u8);
        List<ObjectHash> hashes = [];
        while (select.Step())
        {
            hashes.Add(ReadHash(select, 0));
        }

        return hashes;
    }

    /// <summary>The branches, the default one among them.</summary>
    public List<HistoryBranch> ListBranches()
    {
        if (SchemaRevision < HistorySchema.LatestRevision)
        {
            return [new HistoryBranch("", null, 0)];
        }

        using SqliteStatement select = database.Prepare("SELECT branch, parent, initial_revision FROM branches ORDER BY branch"u8);
        List<HistoryBranch> branches = [];
        while (select.Step())
        {
            branches.Add(new HistoryBranch(ReadText(select, 0), select.IsNull(1) ? null : ReadText(select, 1), (ulong)select.GetInt64(2)));
        }

        return branches;
    }

    /// <summary>What old publishers left for garbage collection (revision 2 of the schema); empty in newer databases.</summary>
    public List<ObjectName> ListRecycleBin()
    {
        List<ObjectName> names = [];
        if (SchemaRevision < 2)
        {
            return names;
        }

        const long catalogFlag = 1;
        using SqliteStatement select = database.Prepare("SELECT hash, flags FROM recycle_bin"u8);
        while (select.Step())
        {
            names.Add(new ObjectName(ReadHash(select, 0), (select.GetInt64(1) & catalogFlag) != 0 ? ObjectKind.Catalog : ObjectKind.File));
        }

        return names;
    }

    public void Dispose() => database.Dispose();

    internal static HistoryDatabase Open(SqliteDatabase database)
    {
        try
        {
            return new HistoryDatabase(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Older schemas have no branches: every tag is on the default one.</summary>
    private string BranchColumn => SchemaRevision < HistorySchema.LatestRevision ? "''" : "branch";

    private static string ReadText(SqliteStatement row, int column) => Encoding.UTF8.GetString(row.GetText(column));

    private List<HistoryTag> Select(string condition, Action<SqliteStatement>? bind)
    {
        using SqliteStatement select = database.Prepare($"SELECT {columns} FROM tags {condition}");
        bind?.Invoke(select);
        List<HistoryTag> tags = [];
        while (select.Step())
        {
            tags.Add(new HistoryTag
            {
                Name = ReadText(select, 0),
                RootCatalog = ReadHash(select, 1),
                Revision = (ulong)select.GetInt64(2),
                Timestamp = select.GetInt64(3),
                Description = ReadText(select, 4),
                Size = select.GetInt64(5),
                Branch = ReadText(select, 6),
            });
        }

        return tags;
    }

    private ObjectHash ReadHash(SqliteStatement row, int column) =>
        ObjectHash.TryParse(row.GetText(column), out ObjectHash hash) && !hash.IsNull ? hash : throw Damaged("one of its tags has no valid hash");

    private SqliteException Damaged(string problem) =>
        new(SqliteErrorKind.Corrupt, $"the history {database.Description} is damaged: {problem}");
}
