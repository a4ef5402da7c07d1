namespace Strato.Testing.Trees;

/// <summary>What a comparison of two trees leaves out.</summary>
[Flags]
public enum TreeComparisonOptions
{
    None = 0,

    /// <summary>The fractions of modification times: a repository records them only where told to.</summary>
    WholeSeconds = 1,

    /// <summary>The root directory itself, which is there before anybody publishes.</summary>
    WithoutRoot = 2,

    /// <summary>Files <c>.cvmfscatalog</c> and <c>.cvmfsautocatalog</c> that a repository has of its own, for a dirtab or automatic catalogs.</summary>
    WithoutAddedMarkers = 4,
}
