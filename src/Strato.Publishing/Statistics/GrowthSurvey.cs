using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Publishing.Traversal;

namespace Strato.Publishing.Statistics;

/// <summary>Notes which objects the catalogs of a revision need that no revision before has. Safe on any thread.</summary>
internal sealed class GrowthSurvey(ObjectLedger ledger, CatalogGaps gaps) : ICatalogVisitor
{
    /// <summary>Which revision is shown. Set between two of them.</summary>
    public int Revision { get; set; }

    public void Visit(CatalogReader catalog, CatalogPlace place)
    {
        CatalogGaps.RequirePlace(catalog, place);
        uint revision = LedgerPlace.OfRevision(Revision);
        ledger.Add(new LedgerRecord(place.Name, catalog.PlainSize, revision));
        foreach (CatalogObject found in catalog.EnumerateObjects())
        {
            ledger.Add(new LedgerRecord(found.Name, found.Size, revision));
        }
    }

    public void Fail(CatalogPlace place, StratoException error) => gaps.Add(place, error);
}
