namespace Strato.Publishing.Collecting;

/// <summary>Which revisions a garbage collection keeps besides the current one and those with a tag, and how it is done.</summary>
public sealed record CollectionRequest
{
    /// <summary>How long revisions without a name are kept where neither a number nor an age is given, as with the genuine tools.</summary>
    public static readonly TimeSpan DefaultAge = TimeSpan.FromDays(3);

    /// <summary>How long what readers and replicas may be in the midst of is kept at least.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromHours(1);

    /// <summary>The repository's fully qualified name.</summary>
    public required string Repository { get; init; }

    /// <summary>Keeps so many revisions before the current one; null for none on that account.</summary>
    public int? KeptRevisions { get; init; }

    /// <summary>Keeps the revisions that were current within this time; null for none on that account.</summary>
    public TimeSpan? KeptAge { get; init; }

    /// <summary>Keeps the revisions that were current, and the tags and objects that were there, within this time, whatever else is said.</summary>
    public TimeSpan Grace { get; init; } = DefaultGrace;

    /// <summary>Finds out what would be deleted, and changes nothing.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>A file that the names of deleted objects are appended to; null for that of the settings, if there is one.</summary>
    public string? DeletionLog { get; init; }

    /// <summary>A directory for what was found out so far; null for the repository's own folder. It needs 22 bytes an object.</summary>
    public string? WorkFolder { get; init; }

    /// <summary>Told the name of each object before it is deleted, or would be.</summary>
    public Action<string>? Listed { get; init; }

    /// <summary>Told what stage the collection is in and how far. Called from any thread.</summary>
    public Action<CollectionProgress> Progress { get; init; } = static _ => { };

    /// <summary>Told what a person may want to know, one line each.</summary>
    public Action<string> Note { get; init; } = static _ => { };
}
