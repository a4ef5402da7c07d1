using System.Globalization;
using Strato.Core;
using Strato.Core.Configuration;
using Strato.Core.Hashing;

namespace Strato.Client.Revisions;

/// <summary>Which revision an attachment shows: at most one of these is set; none means the newest one, whichever that is at the time.</summary>
/// <param name="Tag">A named revision.</param>
/// <param name="RootHash">A root catalog.</param>
/// <param name="Date">What the default branch showed at a time.</param>
/// <param name="Revision">A revision by its number, which a tag names or which is the newest.</param>
/// <param name="Branch">The newest revision of a branch, whichever that is at the time.</param>
internal sealed record RevisionPin(string? Tag, ObjectHash? RootHash, DateTimeOffset? Date, ulong? Revision, string? Branch)
{
    /// <summary>The newest revision.</summary>
    public static RevisionPin None { get; } = new(null, null, null, null, null);

    /// <summary>True where it is not simply the newest revision that is shown.</summary>
    public bool IsSet => this != None;

    /// <summary>True where the revision never changes.</summary>
    public bool IsFixed => IsSet && Branch is null;

    /// <summary>What the configuration says: a root hash counts more than a tag, that more than a number, a date and a branch.</summary>
    public static RevisionPin Of(RepositoryConfiguration configuration) => configuration switch
    {
        { RootHash: { } text } => ObjectHash.TryParse(text.AsSpan().TrimEnd('C'), out ObjectHash hash)
            ? None with { RootHash = hash }
            : throw new StratoException($"cannot show {configuration.Name} at CVMFS_ROOT_HASH={text}: that is no hash"),
        { RepositoryTag: { } tag } => None with { Tag = tag },
        { RepositoryRevision: { } revision } => None with { Revision = revision },
        { RepositoryDate: { } date } => None with { Date = date },
        { RepositoryBranch: { } branch } => None with { Branch = branch },
        _ => None,
    };

    /// <summary>For messages and for the attachment's identity.</summary>
    public override string ToString() => this switch
    {
        { RootHash: { } hash } => $"root {hash}",
        { Tag: { } tag } => $"tag {tag}",
        { Revision: { } revision } => string.Create(CultureInfo.InvariantCulture, $"revision {revision}"),
        { Date: { } date } => string.Create(CultureInfo.InvariantCulture, $"date {date:yyyy-MM-ddTHH:mm:ssZ}"),
        { Branch: { } branch } => $"branch {branch}",
        _ => "newest",
    };
}
