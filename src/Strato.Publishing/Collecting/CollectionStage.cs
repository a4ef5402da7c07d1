namespace Strato.Publishing.Collecting;

/// <summary>The stages of a garbage collection.</summary>
public enum CollectionStage
{
    /// <summary>Reading the catalogs of what is kept.</summary>
    Marking,

    /// <summary>Looking for objects that nothing kept needs.</summary>
    Searching,

    /// <summary>Deleting them.</summary>
    Sweeping,
}
