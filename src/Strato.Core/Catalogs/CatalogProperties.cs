using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Core.Catalogs;

/// <summary>Table <c>properties</c> of a catalog.</summary>
public sealed record CatalogProperties
{
    /// <summary>Seconds that a root catalog lives where it does not say so itself.</summary>
    public const long DefaultTtl = 240;

    /// <summary>The schema and its revision.</summary>
    public required CatalogSchema Schema { get; init; }

    /// <summary>How often the catalog was published; 0 when made. The root's is the repository's revision.</summary>
    public ulong Revision { get; init; }

    /// <summary>The catalog that this one replaced, <c>default</c> where there is none.</summary>
    public ObjectHash PreviousRevision { get; init; }

    /// <summary>Seconds for which clients may use the root catalog before they look for a new one; null where not given.</summary>
    public long? Ttl { get; init; }

    /// <summary>When the catalog was last published, in seconds since 1970.</summary>
    public long LastModified { get; init; }

    /// <summary>Set in the root catalog: the content is short-lived and the first to leave a cache.</summary>
    public bool IsVolatile { get; init; }

    /// <summary>Where the catalog belongs; the root for a root catalog.</summary>
    public RepositoryPath RootPrefix { get; init; }

    /// <summary>Who may read the repository (VOMS authorization), as UTF-8 text; null for everybody.</summary>
    public string? VomsAuthz { get; init; }

    /// <summary>The branch that the root catalog was published on; null or empty for the trunk.</summary>
    public string? Branch { get; init; }
}
