using Strato.Core.Hashing;
using Strato.Core.History;

namespace Strato.Fuzz.Targets;

/// <summary>History databases.</summary>
internal sealed class HistoryTarget : IFuzzTarget
{
    public string Name => "history";

    public IEnumerable<byte[]> Seeds => GoldenSeeds.Plain(ObjectKind.History, manifest => manifest.History);

    public bool Run(byte[] input)
    {
        using HistoryDatabase history = HistoryDatabase.OpenImage(input, "fuzzed");
        List<HistoryTag> tags = history.ListTags();
        _ = history.ListBranches();
        _ = history.ListRootCatalogs();
        _ = history.ListRecycleBin();
        _ = history.PreviousRevision;
        _ = history.Find("trunk");
        _ = history.FindByDate(1795163299);
        _ = history.FindBranchHead("");
        _ = tags.Count > 0 ? history.ListRolledBack(tags[^1]).Count : 0;
        return tags.Count > 0;
    }
}
