using Strato.Publishing.Repositories;
using Strato.Storage.Objects;

namespace Strato.Testing.Storage;

/// <summary>One store for whatever repository, which fails as the plan of the moment says.</summary>
/// <param name="store">The store behind; it stays the caller's.</param>
public sealed class FaultyStores(IObjectStore store) : IRepositoryStores
{
    /// <summary>What fails in stores that are opened from now on.</summary>
    public FaultPlan Plan { get; set; } = new();

    /// <inheritdoc/>
    public void RequireSupported(RepositorySettings settings)
    {
    }

    /// <inheritdoc/>
    public IObjectStore Open(RepositorySettings settings) => new FaultyObjectStore(store, Plan);

    /// <inheritdoc/>
    public IObjectStore Create(RepositorySettings settings) => Open(settings);
}
