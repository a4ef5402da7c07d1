namespace Strato.Publishing.Collecting;

/// <summary>How far a garbage collection is.</summary>
/// <param name="Stage">What it does.</param>
/// <param name="Done">Catalogs, objects or deletions, by the stage.</param>
/// <param name="Total">How many there are; null where that is not known.</param>
public readonly record struct CollectionProgress(CollectionStage Stage, long Done, long? Total);
