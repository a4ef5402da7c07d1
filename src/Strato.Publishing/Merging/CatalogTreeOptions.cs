namespace Strato.Publishing.Merging;

/// <summary>How the catalogs of a new revision are written.</summary>
internal sealed record CatalogTreeOptions
{
    /// <summary>The time that the new catalogs carry, in seconds since 1970.</summary>
    public required long Time { get; init; }

    /// <summary>Seconds that clients keep the root catalog.</summary>
    public required int TimeToLive { get; init; }

    /// <summary>Splits and merges catalogs by their weight; null where nested catalogs are only made on request.</summary>
    public CatalogBalance? Balance { get; init; }

    /// <summary>Entries that a nested catalog may have; 0 for any number.</summary>
    public long NestedLimit { get; init; }

    /// <summary>Entries that the root catalog may have; 0 for any number.</summary>
    public long RootLimit { get; init; }

    /// <summary>Refuses what is beyond a limit; otherwise it is only reported.</summary>
    public bool EnforcesLimits { get; init; }

    /// <summary>Takes warnings, each one line. Called from any thread.</summary>
    public Action<string> Warn { get; init; } = _ => { };
}
