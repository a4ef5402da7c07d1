using System.Text;
using System.Text.Json;
using Strato.Publishing.Replication;

namespace Strato.Fuzz.Targets;

/// <summary>Status files that another server may have left: a member is always set.</summary>
internal sealed class StatusDocumentTarget : IFuzzTarget
{
    public string Name => "status-document";

    public IEnumerable<byte[]> Seeds => ["{\n  \"last_snapshot\": \"Wed Nov 25 22:41:44 UTC 2026\",\n  \"last_gc\": \"Sun Mar  1 07:05:09 UTC 2026\"\n}\n"u8.ToArray()];

    public bool Run(byte[] input)
    {
        _ = StatusDocument.ParseTime(Encoding.Latin1.GetString(input));
        byte[] merged = StatusDocument.Merge(input, "last_gc", "now");
        using JsonDocument document = JsonDocument.Parse(merged);
        return document.RootElement.GetProperty("last_gc").GetString() == "now"
            ? document.RootElement.EnumerateObject().Count() > 1
            : throw new InvalidOperationException("the member was not set");
    }
}
