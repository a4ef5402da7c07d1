using Strato.Core.Hashing;

namespace Strato.Core.History;

/// <summary>A named revision (history schema 1.0, table <c>tags</c>).</summary>
public sealed record HistoryTag
{
    /// <summary>The name, unique in the repository; see <see cref="TagName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The revision's root catalog.</summary>
    public required ObjectHash RootCatalog { get; init; }

    /// <summary>The root catalog's plain size in bytes, 0 where unknown.</summary>
    public long Size { get; init; }

    /// <summary>The revision.</summary>
    public required ulong Revision { get; init; }

    /// <summary>When the revision was published, in seconds of Unix time.</summary>
    public required long Timestamp { get; init; }

    /// <summary>What the publisher said about it, possibly empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>The branch, empty for the default one.</summary>
    public string Branch { get; init; } = "";
}
