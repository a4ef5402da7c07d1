using System.Globalization;
using System.Text;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Core.Sqlite;

namespace Strato.Core.Reflog;

/// <summary>
/// A repository's reflog, <c>.cvmfsreflog</c>: every root catalog, certificate, history and meta information that its manifests
/// ever named, so that garbage collection finds what nothing names any more (an SQLite database, schema 1.0). Used by one
/// thread at a time.
/// </summary>
/// <remarks>Everything read from it is foreign: a damaged database is a <see cref="StratoException"/> that names it.</remarks>
public sealed class ReflogDatabase : IDisposable
{
    /// <summary>The largest reflog that is read, in bytes: some two million references.</summary>
    public const long MaxLength = 256 * 1024 * 1024;

    private readonly SqliteDatabase database;

    private ReflogDatabase(SqliteDatabase database)
    {
        this.database = database;
        SqliteProperties properties = new(database);
        string schema = properties.Get("schema") ?? "1.0";
        if (!double.TryParse(schema, NumberStyles.Float, CultureInfo.InvariantCulture, out double version) || Math.Abs(version - 1.0) >= 0.0005)
        {
            throw Damaged($"its schema is {BytesText.Escape(schema)}, 1.0 is known");
        }

        RepositoryName = properties.Get("fqrn") ?? throw Damaged("it names no repository");
    }

    /// <summary>The fully qualified repository name.</summary>
    public string RepositoryName { get; }

    /// <summary>The number of references.</summary>
    public long Count => database.QueryInt64("SELECT count(*) FROM refs"u8) ?? 0;

    internal SqliteDatabase Database => database;

    /// <summary>Opens a reflog's bytes.</summary>
    public static ReflogDatabase OpenImage(ReadOnlySpan<byte> image, string description) => Open(SqliteDatabase.OpenImage(image, description));

    /// <summary>The checksum that the manifest's field Y carries: the hash of the file's bytes as they are served.</summary>
    public static ObjectHash Checksum(HashAlgorithm algorithm, ReadOnlySpan<byte> image) => ContentHasher.Hash(algorithm, image);

    /// <summary>The references of one kind, newest first.</summary>
    /// <param name="kind">Catalog, certificate, history or meta information.</param>
    /// <param name="before">Only those added before this time, in seconds of Unix time.</param>
    public List<ReflogReference> List(ObjectKind kind, long before = long.MaxValue)
    {
        using SqliteStatement select = database.Prepare("SELECT hash, timestamp FROM refs WHERE type = ?1 AND timestamp < ?2 ORDER BY timestamp DESC, hash"u8);
        select.BindInt64(1, ReflogReference.TypeOf(kind));
        select.BindInt64(2, before);
        List<ReflogReference> references = [];
        while (select.Step())
        {
            references.Add(ObjectHash.TryParse(select.GetText(0), out ObjectHash hash) && !hash.IsNull
                ? new ReflogReference(new ObjectName(hash, kind), select.GetInt64(1))
                : throw Damaged("one of its references is no hash"));
        }

        return references;
    }

    /// <summary>When the reference was last added, in seconds of Unix time; null where it is not there.</summary>
    public long? Find(ObjectName name)
    {
        using SqliteStatement select = database.Prepare("SELECT timestamp FROM refs WHERE hash = ?1 AND type = ?2"u8);
        select.BindText(1, Encoding.ASCII.GetBytes(name.Hash.ToString()));
        select.BindInt64(2, ReflogReference.TypeOf(name.Kind));
        return select.Step() ? select.GetInt64(0) : null;
    }

    public void Dispose() => database.Dispose();

    internal static ReflogDatabase Open(SqliteDatabase database)
    {
        try
        {
            return new ReflogDatabase(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private SqliteException Damaged(string problem) => new(SqliteErrorKind.Corrupt, $"the reflog {database.Description} is damaged: {problem}");
}
