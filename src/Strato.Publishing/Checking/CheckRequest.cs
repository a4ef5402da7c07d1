namespace Strato.Publishing.Checking;

/// <summary>What is to be checked.</summary>
public sealed record CheckRequest
{
    /// <summary>A repository of the home by its name, a storage directory by its path, or a repository on a server by its URL.</summary>
    public required string Subject { get; init; }

    /// <summary>A public master key or a directory with some; null for the usual places.</summary>
    public string? Keys { get; init; }

    /// <summary>Reads every byte of every object; otherwise it is enough that the objects are there.</summary>
    public bool ReadsData { get; init; }

    /// <summary>Told each problem as it is found, one line. Called from any thread, one call at a time.</summary>
    public Action<string> Found { get; init; } = _ => { };

    /// <summary>Told what could not be checked and why, one line each.</summary>
    public Action<string> Note { get; init; } = _ => { };
}
