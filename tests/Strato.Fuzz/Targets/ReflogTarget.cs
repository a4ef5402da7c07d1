using Strato.Core.Reflog;

namespace Strato.Fuzz.Targets;

/// <summary>Reflogs.</summary>
internal sealed class ReflogTarget : IFuzzTarget
{
    public string Name => "reflog";

    public IEnumerable<byte[]> Seeds => GoldenSeeds.Files(".cvmfsreflog");

    public bool Run(byte[] input)
    {
        using ReflogDatabase reflog = ReflogDatabase.OpenImage(input, "fuzzed");
        List<ReflogReference> references = [.. ReflogReference.Kinds.SelectMany(kind => reflog.List(kind))];
        return references.Count > 0 && reflog.Find(references[0].Name) is not null;
    }
}
