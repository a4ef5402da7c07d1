using Strato.Core.Sqlite;

namespace Strato.Core.Catalogs;

/// <summary>
/// Goes over rows of a catalog without allocating: <c>foreach (CatalogRow row in reader.EnumerateDirectory(key))</c>. A reader has one
/// such walk of each kind at a time; beginning another ends this one, and <see cref="MoveNext"/> says so by throwing.
/// </summary>
public readonly ref struct CatalogRows
{
    private readonly CatalogReader reader;
    private readonly CatalogWalk walk;
    private readonly int number;

    internal CatalogRows(CatalogReader reader, CatalogWalk walk, int number)
    {
        this.reader = reader;
        this.walk = walk;
        this.number = number;
    }

    /// <summary>The row that the walk stands on.</summary>
    public CatalogRow Current => new(walk.Statement);

    public CatalogRows GetEnumerator() => this;

    /// <summary>Goes on to the next row. Throws <see cref="CatalogException"/> or <see cref="SqliteException"/> where it is not a good one.</summary>
    public bool MoveNext()
    {
        if (!walk.Step(number))
        {
            return false;
        }

        reader.Check(Current);
        return true;
    }
}
