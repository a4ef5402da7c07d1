namespace Strato.Publishing.Statistics;

/// <summary>What is to be told of a repository's sizes.</summary>
public sealed record StatisticsRequest
{
    /// <summary>A repository of the home by its name, a storage directory by its path, or a repository on a server by its URL.</summary>
    public required string Subject { get; init; }

    /// <summary>A public master key or a directory with some; null for the usual places.</summary>
    public string? Keys { get; init; }

    /// <summary>The revision whose tree is counted: a tag, a number or a root catalog's hash; null for the current one.</summary>
    public string? Revision { get; init; }

    /// <summary>How deep directories are told one by one; 0 for the whole tree alone.</summary>
    public int Depth { get; init; }

    /// <summary>How many revisions' growth is told, the newest; 0 for none.</summary>
    public int Revisions { get; init; }

    /// <summary>Asks the store for the stored size of each object.</summary>
    public bool AsksStore { get; init; } = true;

    /// <summary>Records that are kept in memory before they go to disk; 40 bytes each.</summary>
    internal int Capacity { get; init; } = ObjectLedger.DefaultCapacity;

    /// <summary>Told several times a second how far it is. Called from any thread.</summary>
    public Action<StatisticsProgress> Progress { get; init; } = static _ => { };

    /// <summary>Told what a person should know about the figures, one line each.</summary>
    public Action<string> Note { get; init; } = static _ => { };
}
