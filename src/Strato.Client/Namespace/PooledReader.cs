using Strato.Core.Catalogs;
using Strato.Core.Sqlite;
using Strato.Posix;

namespace Strato.Client.Namespace;

/// <summary>A reader over a mapped catalog file. It keeps the mapping from going away until it is disposed.</summary>
internal sealed unsafe class PooledReader : IDisposable
{
    private readonly MemoryMap file;

    private PooledReader(MemoryMap file, CatalogReader catalog)
    {
        this.file = file;
        Catalog = catalog;
    }

    public CatalogReader Catalog { get; }

    /// <summary>Opens one more reader. Throws <see cref="Core.StratoException"/> where the bytes are no catalog.</summary>
    /// <param name="file">The mapped catalog; the caller keeps it open during the call.</param>
    /// <param name="description">What messages call the catalog.</param>
    public static PooledReader Open(MemoryMap file, string description)
    {
        bool isHeld = false;
        file.DangerousAddRef(ref isHeld);
        try
        {
            return new PooledReader(file, new CatalogReader(SqliteDatabase.OpenMapped((nint)file.Address, file.Length, description)));
        }
        catch
        {
            file.DangerousRelease();
            throw;
        }
    }

    public void Dispose()
    {
        Catalog.Dispose();
        file.DangerousRelease();
    }
}
