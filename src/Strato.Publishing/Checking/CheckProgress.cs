namespace Strato.Publishing.Checking;

/// <summary>How far a check is.</summary>
/// <param name="Catalogs">Catalogs that were checked.</param>
/// <param name="KnownCatalogs">The same with those that wait.</param>
/// <param name="Objects">Objects of files that were looked at.</param>
public readonly record struct CheckProgress(long Catalogs, long KnownCatalogs, long Objects);
