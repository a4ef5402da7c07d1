using Strato.Core;
using Strato.Storage.Local;
using Strato.Storage.Objects;

namespace Strato.Publishing.Repositories;

/// <summary>Opens the storage that a repository's settings name.</summary>
public static class RepositoryStores
{
    /// <summary>Opens storage that was made before; the caller disposes it.</summary>
    /// <exception cref="StratoException">It is not there, or of a kind that this build does not have.</exception>
    public static IObjectStore Open(RepositorySettings settings) => LocalObjectStore.Open(RequireLocal(settings.Storage));

    /// <summary>Makes storage, or completes what a failed mkfs left of it; the caller disposes it.</summary>
    /// <exception cref="StratoException">It cannot be made.</exception>
    public static IObjectStore Create(RepositorySettings settings) => LocalObjectStore.Create(RequireLocal(settings.Storage));

    /// <summary>Returns where storage of that kind can be made, before anything is.</summary>
    /// <exception cref="StratoException">This build does not have it.</exception>
    public static void RequireSupported(RepositorySettings settings) => _ = RequireLocal(settings.Storage);

    private static string RequireLocal(string location) => location.StartsWith("s3://", StringComparison.Ordinal)
        ? throw new StratoException($"cannot use the storage {location}: this version keeps objects in directories only; give --storage DIR")
        : location;
}
