using System.Globalization;
using Strato.Terminal;

namespace Strato.Quickstart;

/// <summary>The part of <c>strato publish --json</c> that the quickstart tells.</summary>
/// <param name="Revision">The new revision.</param>
/// <param name="ObjectsStored">Objects that were not there before, catalogs among them.</param>
/// <param name="BytesStored">Their encoded length.</param>
/// <param name="ObjectsDeduplicated">Contents that were there already, or more than once in the tree.</param>
internal sealed record PublishSummary(long Revision, long ObjectsStored, long BytesStored, long ObjectsDeduplicated)
{
    /// <summary>Says it in a line.</summary>
    public string Describe(TreeSize size) =>
        $"revision {Revision}: {Amounts.Count(ObjectsStored, "object")} of {Amounts.Bytes(BytesStored)}"
        + string.Create(CultureInfo.InvariantCulture, $" ({(size.Bytes == 0 ? 0 : 100.0 * BytesStored / size.Bytes):F0} % of the tree), ")
        + $"{Amounts.Count(ObjectsDeduplicated, "file")} stored once for all copies";
}
