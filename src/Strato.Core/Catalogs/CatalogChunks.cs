using Strato.Core.Hashing;
using Strato.Core.Sqlite;

namespace Strato.Core.Catalogs;

/// <summary>Goes over the chunks of one file by ascending offset without allocating, under the rules of <see cref="CatalogRows"/>.</summary>
public readonly ref struct CatalogChunks
{
    private readonly CatalogReader reader;
    private readonly CatalogWalk? walk;
    private readonly HashAlgorithm algorithm;
    private readonly int number;

    internal CatalogChunks(CatalogReader reader, CatalogWalk? walk, HashAlgorithm algorithm, int number)
    {
        this.reader = reader;
        this.walk = walk;
        this.algorithm = algorithm;
        this.number = number;
    }

    /// <summary>The chunk that the walk stands on.</summary>
    public FileChunk Current
    {
        get
        {
            SqliteStatement row = walk!.Statement;
            return new FileChunk(new ObjectHash(algorithm, row.GetBlob(2)), row.GetInt64(0), row.GetInt64(1));
        }
    }

    public CatalogChunks GetEnumerator() => this;

    /// <summary>Goes on to the next chunk. Throws <see cref="CatalogException"/> where its hash, offset or size is not one.</summary>
    public bool MoveNext()
    {
        if (walk is null || !walk.Step(number))
        {
            return false;
        }

        SqliteStatement row = walk.Statement;
        if (row.GetInt64(0) < 0 || row.GetInt64(1) < 0 || row.GetInt64(0) > long.MaxValue - row.GetInt64(1)
            || row.GetBlob(2).Length != ObjectHash.DigestLength)
        {
            reader.ThrowBadChunk();
        }

        return true;
    }
}
