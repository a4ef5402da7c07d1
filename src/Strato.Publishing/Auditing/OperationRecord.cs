using Strato.Core.Manifests;
using Strato.Publishing.Operations;

namespace Strato.Publishing.Auditing;

/// <summary>What an operation tells about itself while it runs, for the audit log and the metrics. Any thread.</summary>
public sealed class OperationRecord
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);

    internal OperationRecord(string operation, string repository)
    {
        Operation = operation;
        Repository = repository;
    }

    /// <summary>The operation's name.</summary>
    public string Operation { get; }

    /// <summary>The repository's name.</summary>
    public string Repository { get; }

    /// <summary>The tag that is given, taken or gone back to.</summary>
    public string? Tag { get; set; }

    /// <summary>True where there turned out to be nothing to do.</summary>
    public bool IsUnchanged { get; set; }

    /// <summary>The revision that readers saw when the operation began to change things.</summary>
    internal Manifest? Before { get; private set; }

    /// <summary>The revision that they see now.</summary>
    internal Manifest? After { get; private set; }

    /// <summary>When the whitelist expires (UTC), where the operation has read or signed it.</summary>
    internal DateTime? WhitelistExpires { get; set; }

    /// <summary>Counts something, such as <c>new_objects</c>; the last value counts.</summary>
    public void Count(string name, long value)
    {
        lock (gate)
        {
            counts[name] = value;
        }
    }

    internal void Take(PublishCounts read)
    {
        Count("files_read", read.Files);
        Count("bytes_read", read.Bytes);
        Count("new_objects", read.NewObjects);
        Count("new_bytes", read.NewBytes);
    }

    internal void Saw(Manifest manifest)
    {
        Before ??= manifest;
        After = manifest;
    }

    internal IReadOnlyDictionary<string, long>? Counts()
    {
        lock (gate)
        {
            return counts.Count == 0 ? null : new Dictionary<string, long>(counts);
        }
    }
}
