using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Sqlite;

namespace Strato.Core.Catalogs;

/// <summary>
/// Goes over the objects of a catalog's files without allocating, under the rules of <see cref="CatalogRows"/>: first the whole files, then the chunks,
/// an object as often as files have it. Files whose content is elsewhere (external ones) have none.
/// </summary>
public ref struct CatalogObjects
{
    private readonly CatalogReader reader;
    private readonly CatalogWalk files;
    private readonly CatalogWalk? chunks;
    private readonly int number;
    private readonly int chunkNumber;
    private CatalogObject current;
    private bool isPastFiles;

    internal CatalogObjects(CatalogReader reader, CatalogWalk files, int number, CatalogWalk? chunks, int chunkNumber)
    {
        this.reader = reader;
        this.files = files;
        this.number = number;
        this.chunks = chunks;
        this.chunkNumber = chunkNumber;
    }

    /// <summary>The object that the walk stands on.</summary>
    public readonly CatalogObject Current => current;

    public readonly CatalogObjects GetEnumerator() => this;

    /// <summary>Goes on to the next object. Throws <see cref="CatalogException"/> or <see cref="SqliteException"/> where a row is not a good one.</summary>
    public bool MoveNext()
    {
        while (!isPastFiles)
        {
            if (!files.Step(number))
            {
                isPastFiles = true;
            }
            else if (Take(files.Statement, ObjectKind.File))
            {
                return true;
            }
        }

        while (chunks is not null && chunks.Step(chunkNumber))
        {
            if (Take(chunks.Statement, ObjectKind.Chunk))
            {
                return true;
            }
        }

        return false;
    }

    private bool Take(SqliteStatement row, ObjectKind kind)
    {
        ReadOnlySpan<byte> digest = row.GetBlob(0);
        CatalogFlags flags = (CatalogFlags)(uint)row.GetInt64(1);
        long size = row.GetInt64(2);
        if (digest.Length != ObjectHash.DigestLength || size < 0
            || !CatalogEntry.TryGetHashAlgorithm(flags, out HashAlgorithm algorithm)
            || !CatalogEntry.TryGetCompression(flags, out CompressionAlgorithm compression))
        {
            throw reader.BadObject(row.GetInt64(3));
        }

        ObjectHash hash = new(algorithm, digest);
        current = new CatalogObject(new ObjectName(hash, kind), compression, size, row.GetInt64(3));
        return !hash.IsNull;
    }
}
