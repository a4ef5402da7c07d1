namespace Strato.Publishing.Keys;

/// <summary>What revoking a certificate meant.</summary>
public enum RevocationOutcome
{
    /// <summary>It was the current one: the repository has another key now.</summary>
    Replaced,

    /// <summary>It was the next or the former one, which no whitelist lists any more.</summary>
    Dropped,

    /// <summary>The repository does not have it; it will not be listed again.</summary>
    Unknown,
}
