using Strato.Core;
using Strato.Core.Signing;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Storage.Http;
using Strato.Storage.Objects;

namespace Strato.Publishing.Replication;

/// <summary>Makes replicas: <c>strato add-replica FQRN</c>. A new one is empty until its first snapshot.</summary>
public static class ReplicaMaker
{
    /// <summary>Makes a replica, once its source was found to be what it is said to be. One that an interrupted try left incomplete is completed.</summary>
    /// <exception cref="StratoException">There is a repository of that name, the source cannot be replicated, or it cannot be made.</exception>
    public static ReplicaSettings Run(ReplicaSettings wanted, OperationContext context)
    {
        RepositoryPlaces places = context.Home.Places(wanted.Name);
        if (context.Home.Contains(wanted.Name))
        {
            throw new StratoException(context.Home.Load(wanted.Name).IsReplica
                ? $"the replica {wanted.Name} exists already under {context.Home.Directory}; its source is named in {places.Settings}"
                : $"cannot make a replica of {wanted.Name}: it is published under {context.Home.Directory}; choose another home with --home");
        }

        RequireWritable(wanted);
        ReplicaSettings settings = wanted with { Storage = wanted.Storage.Length > 0 ? wanted.Storage : places.DefaultStorage };
        RepositorySettings repository = new() { Name = settings.Name, Storage = settings.Storage };
        context.Stores.RequireSupported(repository);
        if (!settings.IsPassThrough)
        {
            using ReplicaSource source = new(settings, context.Clock, context.Warn);
            source.RequireReplicable(context.Cancellation);
            _ = source.FetchRoot(held: null, acceptsOlder: false, context.Cancellation);
        }

        try
        {
            Directory.CreateDirectory(places.Folder);
            using PublisherLock held = PublisherLock.Take(places);
            settings = settings with { PublicKeys = [.. settings.PublicKeys.Select(key => Adopt(key, places))] };
            if (!settings.IsPassThrough)
            {
                MakeStorage(repository, context);
            }

            string made = places.Settings + ".new";
            File.WriteAllBytes(made, ReplicaSettingsFile.Format(settings));
            File.Move(made, places.Settings, overwrite: true);
            return settings;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot make the replica {wanted.Name}: {error.Message.TrimEnd('.')}; choose another home with --home", error);
        }
    }

    private static void RequireWritable(ReplicaSettings settings)
    {
        foreach (string address in settings.Sources)
        {
            ReplicaSettingsFile.RequireWritable("the source", address);
        }

        ReplicaSettingsFile.RequireWritable("the storage", settings.Storage);
        ReplicaSettingsFile.RequireWritable("the group", settings.Group);
        ReplicaSettingsFile.RequireWritable("the proxy", settings.Proxy ?? "");
        _ = ProxySpec.Parse(settings.Proxy);
        foreach (string key in settings.PublicKeys)
        {
            ReplicaSettingsFile.RequireWritable("the key", key);
            _ = MasterPublicKey.Load(key);
        }
    }

    private static void MakeStorage(RepositorySettings repository, OperationContext context)
    {
        IObjectStore store = context.Stores.Create(repository);
        try
        {
            if (Blocking.Wait(store.ExistsAsync(ObjectKey.MasterReplica, context.Cancellation)))
            {
                throw new StratoException($"cannot make a replica in {store.Location}: it holds a repository that is published there; choose another place with --storage");
            }
        }
        finally
        {
            Blocking.Wait(store.DisposeAsync());
        }
    }

    // A single key becomes the home's own, where mounting, checking and clients that are told of it look; a directory stays where its site keeps it up to date.
    private static string Adopt(string key, RepositoryPlaces places)
    {
        if (Directory.Exists(key))
        {
            return key;
        }

        if (Path.GetFullPath(key) != Path.GetFullPath(places.PublicKey))
        {
            File.Copy(key, places.PublicKey, overwrite: true);
        }

        return places.PublicKey;
    }
}
