using Strato.Core;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Replication;

/// <summary>Finds the replicas of a home.</summary>
public static class Replicas
{
    /// <summary>Reads a replica's settings as they are now.</summary>
    /// <exception cref="StratoException">There is none of that name, it is no replica, or a setting is malformed.</exception>
    public static ReplicaSettings Load(RepositoryHome home, string name)
    {
        if (!home.Contains(name))
        {
            throw new StratoException($"there is no replica {name} under {home.Directory}; make it with: strato add-replica {name} --from URL --key FILE");
        }

        RepositorySettings settings = home.Load(name);
        return settings.IsReplica
            ? ReplicaSettingsFile.Read(home.Places(name).Settings, settings)
            : throw new StratoException($"{name} is published here; only replicas are snapshotted");
    }

    /// <summary>The names of the replicas, in ordinal order; those whose settings cannot be read are among them.</summary>
    public static IReadOnlyList<string> List(RepositoryHome home) => [.. home.List().Where(name => IsReplica(home, name))];

    private static bool IsReplica(RepositoryHome home, string name)
    {
        try
        {
            return home.Load(name).IsReplica;
        }
        catch (StratoException)
        {
            // Whoever loads it hears what is wrong.
            return true;
        }
    }
}
