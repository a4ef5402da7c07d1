namespace Strato.Core.Catalogs;

/// <summary>
/// A catalog's content contradicts the format: a row, a property or a table is not what it must be. The bytes are the ones
/// that were signed, so another copy does not help.
/// </summary>
public sealed class CatalogException : StratoException
{
    public CatalogException(string message)
        : base(message)
    {
    }

    public CatalogException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
