using Strato.Core;
using Strato.Storage.Local;
using Strato.Storage.Objects;

namespace Strato.Publishing.Repositories;

/// <summary>The kinds of storage that this build has: directories.</summary>
public sealed class RepositoryStores : IRepositoryStores
{
    private RepositoryStores()
    {
    }

    /// <summary>The only instance.</summary>
    public static RepositoryStores Default { get; } = new();

    /// <inheritdoc/>
    public void RequireSupported(RepositorySettings settings) => _ = RequireLocal(settings.Storage);

    /// <inheritdoc/>
    public IObjectStore Open(RepositorySettings settings) => LocalObjectStore.Open(RequireLocal(settings.Storage));

    /// <inheritdoc/>
    public IObjectStore Create(RepositorySettings settings) => LocalObjectStore.Create(RequireLocal(settings.Storage));

    private static string RequireLocal(string location) => location.StartsWith("s3://", StringComparison.Ordinal)
        ? throw new StratoException($"cannot use the storage {location}: this version keeps objects in directories only; give --storage DIR")
        : location;
}
