using Strato.Core;
using Strato.Storage.Objects;

namespace Strato.Publishing.Repositories;

/// <summary>Opens the storage that a repository's settings name. Safe on any thread; the caller disposes what it is given.</summary>
public interface IRepositoryStores
{
    /// <summary>Returns where storage of that kind can be made, before anything is.</summary>
    /// <exception cref="StratoException">This build does not have it.</exception>
    void RequireSupported(RepositorySettings settings);

    /// <summary>Opens storage that was made before.</summary>
    /// <exception cref="StratoException">It is not there, or of a kind that this build does not have.</exception>
    IObjectStore Open(RepositorySettings settings);

    /// <summary>Makes storage, or completes what a failed mkfs left of it.</summary>
    /// <exception cref="StratoException">It cannot be made.</exception>
    IObjectStore Create(RepositorySettings settings);
}
