using Strato.Core.Hashing;
using Strato.Core.History;

namespace Strato.Fuzz.Targets;

/// <summary>Changing a foreign history, as the next publish does.</summary>
internal sealed class HistoryEditTarget : IFuzzTarget, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("strato-fuzz-").FullName;

    public string Name => "history-edit";

    public IEnumerable<byte[]> Seeds => GoldenSeeds.Plain(ObjectKind.History, manifest => manifest.History);

    public bool Run(byte[] input)
    {
        ObjectHash name = ContentHasher.Hash(HashAlgorithm.Sha1, input);
        using HistoryEditor editor = HistoryEditor.Edit(input, name, directory);
        HistoryTag head = new() { Name = "fuzzed", RootCatalog = name, Revision = 1000, Timestamp = 1795170000 };
        editor.MoveTrunk(head);
        editor.Add(head);
        editor.Remove("fuzzed");
        using HistoryDatabase next = HistoryDatabase.OpenImage(editor.Seal(), "edited");
        return next.Find("trunk")?.Revision == head.Revision && next.PreviousRevision == name;
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
