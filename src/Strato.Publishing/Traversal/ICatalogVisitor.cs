using Strato.Core;
using Strato.Core.Catalogs;

namespace Strato.Publishing.Traversal;

/// <summary>
/// Who is shown the catalogs of a traversal. Every method is called from several threads at once, but for one catalog in this order: <see cref="Enter"/>,
/// <see cref="Visit"/> or <see cref="Fail"/> (or the one and, where a row turns out to be corrupt, the other), and <see cref="Leave"/> once the same has been done
/// for every catalog below it. An exception ends the traversal, but for those of a corrupt catalog out of <see cref="Visit"/>.
/// </summary>
internal interface ICatalogVisitor
{
    /// <summary>Asked before a catalog is read; false leaves out it and what only it refers to. It counts as seen all the same.</summary>
    bool Enter(CatalogPlace place) => true;

    /// <summary>Shows an open catalog, whose bytes are verified. It is closed afterwards.</summary>
    void Visit(CatalogReader catalog, CatalogPlace place);

    /// <summary>Told of a catalog that is missing or damaged. Without this the traversal ends with the error.</summary>
    void Fail(CatalogPlace place, StratoException error) => throw new StratoException($"cannot read the catalog at {place.Path}: {error.Message}", error);

    /// <summary>Told when a catalog and everything below it has been shown. Not called where <see cref="Enter"/> said no, or where it or one below could not be read.</summary>
    void Leave(CatalogPlace place)
    {
    }
}
