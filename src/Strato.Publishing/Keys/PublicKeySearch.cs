using Strato.Core.Signing;
using Strato.Publishing.Replication;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Keys;

/// <summary>Finds the public master keys of a repository that is looked at.</summary>
internal static class PublicKeySearch
{
    /// <summary>Finds them: those that were given, those of the home, those in the site's usual places; null where there are none.</summary>
    /// <exception cref="Core.StratoException">They cannot be read.</exception>
    public static IReadOnlyList<MasterPublicKey>? Find(RepositoryHome homes, string repository, string? given)
    {
        if (given is not null)
        {
            return MasterPublicKey.Load(given);
        }

        if (homes.Contains(repository) && homes.Load(repository).IsReplica)
        {
            return [.. Replicas.Load(homes, repository).PublicKeys.SelectMany(MasterPublicKey.Load)];
        }

        string home = homes.Contains(repository) && homes.Load(repository).Keys is { } keys
            ? new KeyFiles(keys, repository).PublicKey
            : homes.Places(repository).PublicKey;
        string site = $"/etc/cvmfs/keys/{repository}.pub";
        string domain = $"/etc/cvmfs/keys/{repository[(repository.IndexOf('.', StringComparison.Ordinal) + 1)..]}";
        string? found = File.Exists(home) ? home : File.Exists(site) ? site : Directory.Exists(domain) ? domain : null;
        return found is null ? null : MasterPublicKey.Load(found);
    }
}
