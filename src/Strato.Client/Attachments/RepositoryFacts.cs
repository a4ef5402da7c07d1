using Strato.Core.Configuration;

namespace Strato.Client.Attachments;

/// <summary>What is known of an attached repository besides its content.</summary>
internal sealed class RepositoryFacts
{
    /// <summary>Its configuration, which also has its name.</summary>
    public required RepositoryConfiguration Configuration { get; init; }

    /// <summary>The tag that it is pinned to; empty where it moves or is pinned otherwise.</summary>
    public required string Tag { get; init; }

    /// <summary>The master keys that may sign its whitelist, in PEM.</summary>
    public required IReadOnlyList<string> PublicKeys { get; init; }

    /// <summary>The servers of its objects, now.</summary>
    public required Func<ServerView> ReadServers { get; init; }

    /// <summary>The servers of its external files, now.</summary>
    public required Func<ServerView> ReadExternalServers { get; init; }

    public ServerView Servers => ReadServers();

    public ServerView ExternalServers => ReadExternalServers();
}
