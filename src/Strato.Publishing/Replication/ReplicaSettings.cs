namespace Strato.Publishing.Replication;

/// <summary>
/// How a replica follows its source: what its <c>server.conf</c>, and a <c>replica.conf</c> beside it, say. The initial values are the genuine
/// server's. Immutable.
/// </summary>
public sealed record ReplicaSettings
{
    /// <summary>The fully qualified name.</summary>
    public required string Name { get; init; }

    /// <summary>The directory (absolute path) or <c>s3://BUCKET/PREFIX</c> that the copy is kept in.</summary>
    public required string Storage { get; init; }

    /// <summary>The repository's addresses at its source and at servers that stand in for it, the preferred one first; at least one.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Files with public master keys, or directories of them, any of which may have signed the whitelist; none for a pass-through replica.</summary>
    public required IReadOnlyList<string> PublicKeys { get; init; }

    /// <summary>A word by which several replicas are snapshotted together; empty for none.</summary>
    public string Group { get; init; } = "";

    /// <summary>How many objects are fetched at a time.</summary>
    public int Workers { get; init; } = 16;

    /// <summary>How long to wait for the source to connect, and for enough bytes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Further rounds over all sources, each after a pause.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Proxies towards the source, as <c>CVMFS_HTTP_PROXY</c> writes them; null for none.</summary>
    public string? Proxy { get; init; }

    /// <summary>True where nothing is copied: a server hands requests on to the source.</summary>
    public bool IsPassThrough { get; init; }

    /// <summary>True where a snapshot collects garbage afterwards, in step with the source.</summary>
    public bool CollectsAutomatically { get; init; }

    /// <summary>How often a service takes a snapshot; null for the service's own interval.</summary>
    public TimeSpan? Interval { get; init; }
}
