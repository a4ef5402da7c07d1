using Strato.Core.Catalogs;

namespace Strato.Client.Namespace;

/// <summary>What is kept of a catalog when its file is closed.</summary>
/// <param name="Counters">Its statistics.</param>
/// <param name="HasReferences">Whether other catalogs lie below it, so that paths have to be looked for there.</param>
/// <param name="Properties">Its properties; the root's hold the repository's time to live.</param>
internal sealed record CatalogSummary(CatalogCounters Counters, bool HasReferences, CatalogProperties Properties);
