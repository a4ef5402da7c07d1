using System.Globalization;
using Strato.Core;
using Strato.Core.Configuration;
using Strato.Core.Hashing;

namespace Strato.Client.Revisions;

/// <summary>Which revision an attachment shows: at most one of the three is set; none means the newest one, whichever that is at the time.</summary>
/// <param name="Tag">A named revision.</param>
/// <param name="RootHash">A root catalog.</param>
/// <param name="Date">What the default branch showed at a time.</param>
internal sealed record RevisionPin(string? Tag, ObjectHash? RootHash, DateTimeOffset? Date)
{
    /// <summary>The newest revision.</summary>
    public static RevisionPin None { get; } = new(null, null, null);

    /// <summary>True where the revision never changes.</summary>
    public bool IsSet => this != None;

    /// <summary>What the configuration says: a root hash counts more than a tag, a tag more than a date.</summary>
    public static RevisionPin Of(RepositoryConfiguration configuration)
    {
        if (configuration.RootHash is { } text)
        {
            return ObjectHash.TryParse(text.AsSpan().TrimEnd('C'), out ObjectHash hash)
                ? None with { RootHash = hash }
                : throw new StratoException($"cannot show {configuration.Name} at CVMFS_ROOT_HASH={text}: that is no hash");
        }

        return configuration.RepositoryTag is { } tag ? None with { Tag = tag } : None with { Date = configuration.RepositoryDate };
    }

    /// <summary>For messages and for the attachment's identity.</summary>
    public override string ToString() =>
        RootHash is { } hash ? $"root {hash}"
        : Tag is not null ? $"tag {Tag}"
        : Date is { } date ? string.Create(CultureInfo.InvariantCulture, $"date {date:yyyy-MM-ddTHH:mm:ssZ}")
        : "newest";
}
