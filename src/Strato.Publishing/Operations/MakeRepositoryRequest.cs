using Strato.Publishing.Repositories;

namespace Strato.Publishing.Operations;

/// <summary>A repository that is to be made.</summary>
public sealed record MakeRepositoryRequest
{
    /// <summary>
    /// How it is to be published. An empty <see cref="RepositorySettings.Storage"/> is the home's own place.
    /// </summary>
    public required RepositorySettings Settings { get; init; }

    /// <summary>Tells clients to drop its content first when their cache is full.</summary>
    public bool IsVolatile { get; init; }

    /// <summary>
    /// The master key's file, where it is not to be kept beside the other keys; null to take it from there, or to make one there.
    /// </summary>
    public string? MasterKey { get; init; }

    /// <summary>
    /// The public master key, where the private one is elsewhere: then nothing can be published until a whitelist that was signed there is installed.
    /// </summary>
    public string? PublicKey { get; init; }

    /// <summary>Days for which the whitelist is valid.</summary>
    public int WhitelistDays { get; init; } = 30;
}
