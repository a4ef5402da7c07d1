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

    /// <summary>Leaves out what the last check without a problem has found whole; all is checked where there was none, or garbage was collected since.</summary>
    public bool IsIncremental { get; init; }

    /// <summary>Puts objects that are missing or damaged in place again, and checks once more.</summary>
    public bool Repairs { get; init; }

    /// <summary>Where good objects are to be had: servers' URLs of the repository, or storage directories.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Told several times a second how far it is. Called from any thread.</summary>
    public Action<CheckProgress> Progress { get; init; } = static _ => { };

    /// <summary>Told each problem as it is found, one line. Called from any thread, one call at a time.</summary>
    public Action<string> Found { get; init; } = _ => { };

    /// <summary>Told what could not be checked and why, one line each.</summary>
    public Action<string> Note { get; init; } = _ => { };
}
