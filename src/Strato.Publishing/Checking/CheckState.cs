namespace Strato.Publishing.Checking;

/// <summary>What a check without a problem leaves (<c>check/state.json</c>).</summary>
internal sealed record CheckState
{
    /// <summary>The root catalog of the revision that was current.</summary>
    public required string Root { get; init; }

    /// <summary>That revision.</summary>
    public required ulong Revision { get; init; }

    /// <summary>True where every byte was read.</summary>
    public required bool ReadsData { get; init; }

    /// <summary>When the check began, in seconds of Unix time.</summary>
    public required long Began { get; init; }

    /// <summary>How the names of the files with what was found end.</summary>
    public required string Files { get; init; }
}
