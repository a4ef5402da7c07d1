using Strato.Core.Catalogs;
using Strato.Core.Sqlite;
using Strato.Posix;

namespace Strato.Client.Namespace;

/// <summary>A reader of an open catalog file. It keeps the file from being closed until it is disposed.</summary>
internal sealed class PooledReader : IDisposable
{
    private readonly FileDescriptor file;

    private PooledReader(FileDescriptor file, CatalogReader catalog)
    {
        this.file = file;
        Catalog = catalog;
    }

    public CatalogReader Catalog { get; }

    /// <summary>Opens one more reader. Throws <see cref="Core.StratoException"/> where the bytes are no catalog.</summary>
    /// <param name="file">The catalog's file; the caller keeps it open during the call.</param>
    /// <param name="description">What messages call the catalog.</param>
    public static PooledReader Open(FileDescriptor file, string description)
    {
        bool isHeld = false;
        file.DangerousAddRef(ref isHeld);
        try
        {
            return new PooledReader(file, new CatalogReader(SqliteDatabase.OpenDescriptor(file, description)));
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
