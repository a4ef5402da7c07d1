using Strato.Core.Configuration;
using Strato.Storage.Http;

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

    /// <summary>Where its objects come from; null where no network is involved.</summary>
    public HttpSource? Source { get; init; }

    /// <summary>Where its external files come from; null where nothing is configured.</summary>
    public HttpSource? ExternalSource { get; init; }

    public ServerView Servers => ReadServers();

    public ServerView ExternalServers => ReadExternalServers();
}
