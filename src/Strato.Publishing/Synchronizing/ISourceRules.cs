using Strato.Core.Catalogs;
using Strato.Posix;

namespace Strato.Publishing.Synchronizing;

/// <summary>
/// How a source tree is to be understood: as all that is to be, or as changes that are laid over what is there. Asked by one thread, but
/// <see cref="Keep"/> by any.
/// </summary>
internal interface ISourceRules
{
    /// <summary>How the names of extended attributes begin that are no content; null for none.</summary>
    byte[]? OwnAttributes { get; }

    /// <summary>True where what a directory of the source lacks is to go.</summary>
    bool IsWhole(FileDescriptor directory, byte[] path);

    /// <summary>True where a name is no content but says that another one is to go; an empty one where it says something else.</summary>
    bool IsOrder(ReadOnlySpan<byte> name, in FileStatus status, out ReadOnlySpan<byte> removed);

    /// <summary>Whether a directory of the source asks for a catalog of its own.</summary>
    SourceMarker FindMarker(FileDescriptor directory, byte[] path);

    /// <summary>What an entry becomes that the catalogs have already, of the same type as the source's.</summary>
    CatalogEntry Keep(CatalogEntry present, CatalogEntry described);
}
