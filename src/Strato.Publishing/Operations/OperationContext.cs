using Strato.Publishing.Auditing;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Operations;

/// <summary>What every operation needs besides its request.</summary>
public sealed record OperationContext
{
    /// <summary>Where the repository is.</summary>
    public required RepositoryHome Home { get; init; }

    /// <summary>Opens the repository's storage.</summary>
    public IRepositoryStores Stores { get; init; } = RepositoryStores.Default;

    /// <summary>The time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gives up; until the commit point nothing is visible.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Takes warnings, each one line. Called from any thread.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Told several times a second how far it is. Called from any thread.</summary>
    public Action<PublishCounts> Progress { get; init; } = _ => { };

    /// <summary>What the audit log is told; null outside of an operation that <see cref="OperationAudit"/> runs.</summary>
    public OperationRecord? Audit { get; init; }
}
