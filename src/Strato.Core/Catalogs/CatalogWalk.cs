using Strato.Core.Sqlite;

namespace Strato.Core.Catalogs;

/// <summary>A statement that one walk at a time goes over; a walk that another one has ended is told so.</summary>
internal sealed class CatalogWalk(SqliteStatement statement)
{
    private int current;

    public SqliteStatement Statement { get; } = statement;

    /// <summary>Ends the walk before and returns the number of a new one. The statement is reset and to be bound.</summary>
    public int Begin()
    {
        Statement.Reset();
        return ++current;
    }

    public bool Step(int walk)
    {
        if (walk != current)
        {
            throw new InvalidOperationException("a catalog reader has begun another walk of the same kind");
        }

        return Statement.Step();
    }
}
