namespace Strato.Publishing.Keys;

/// <summary>A rotation that is to be begun, or to go on.</summary>
public sealed record KeyRotationRequest
{
    /// <summary>The repository's fully qualified name.</summary>
    public required string Repository { get; init; }

    /// <summary>The master key's file; null for the usual place.</summary>
    public string? MasterKey { get; init; }

    /// <summary>True where the master key is elsewhere: then the rotation stops until a whitelist with the next certificate has been installed.</summary>
    public bool IsMasterElsewhere { get; init; }

    /// <summary>For how many days the whitelist with both certificates is signed.</summary>
    public int Days { get; init; } = 30;

    /// <summary>How long the whitelist has to have been in place before the manifest is signed with the new key, so that caches of the old one have gone.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Told once before it waits.</summary>
    public Action<TimeSpan> Waiting { get; init; } = _ => { };
}
