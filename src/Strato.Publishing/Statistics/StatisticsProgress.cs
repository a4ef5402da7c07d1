namespace Strato.Publishing.Statistics;

/// <summary>How far counting is.</summary>
/// <param name="Catalogs">Catalogs that were read.</param>
/// <param name="KnownCatalogs">Catalogs that are known of.</param>
/// <param name="Objects">Objects whose stored size was asked.</param>
public readonly record struct StatisticsProgress(long Catalogs, long KnownCatalogs, long Objects);
