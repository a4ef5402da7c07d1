using Strato.Client.Attachments;
using Strato.Client.Reading;

namespace Strato.Client.Mounting;

/// <summary>What a mount's daemon tells about itself.</summary>
internal sealed class ClientState
{
    public required ClientLog Log { get; init; }

    public required TimeProvider Clock { get; init; }

    public required OpenFiles Files { get; init; }

    public required Passthrough Passthrough { get; init; }

    public required ClientCounters Counters { get; init; }

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>How many descriptors the process may have.</summary>
    public required long MaxOpenFiles { get; init; }

    /// <summary>How often room was made in the cache within the last 24 hours; -1, as in the genuine client, where it has no quota.</summary>
    public Func<long> ReadCleanups { get; init; } = static () => -1;

    /// <summary>How many daemons the mount has survived.</summary>
    public long Restarts { get; init; }

    /// <summary>When the daemon began.</summary>
    public required DateTimeOffset Started { get; init; }
}
