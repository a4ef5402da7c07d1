namespace Strato.Publishing.Checking;

/// <summary>What a check came by.</summary>
/// <param name="Repository">The repository's name.</param>
/// <param name="Revision">Its current revision.</param>
/// <param name="Revisions">The revisions that were checked: the current one and those with a tag.</param>
/// <param name="Catalogs">Different catalogs.</param>
/// <param name="Objects">Different objects of files.</param>
/// <param name="Problems">What was found wrong.</param>
public sealed record CheckOutcome(string Repository, ulong Revision, int Revisions, long Catalogs, long Objects, int Problems)
{
    /// <summary>True where only what is new since an earlier check was looked at.</summary>
    public bool IsIncremental { get; init; }

    /// <summary>Objects that were put in place again.</summary>
    public int Repaired { get; init; }
}
