using System.Text;
using Strato.Publishing.Checking;
using Strato.Publishing.Operations;
using Strato.Publishing.Replication;
using Strato.Publishing.Repositories;
using Strato.Storage.Objects;
using Strato.Testing.Trees;

namespace Strato.Testing.Publishing;

/// <summary>A home with a replica of the repository of a <see cref="TemporaryHome"/>, or of another, gone when it is disposed.</summary>
public sealed class TemporaryReplica : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("strato-replica-");

    /// <summary>Makes a home without the replica, which <see cref="Add"/> makes.</summary>
    public TemporaryReplica() => Home = new RepositoryHome(Path.Combine(folder.FullName, "home"));

    /// <summary>The replica's name.</summary>
    public string Name { get; init; } = TemporaryHome.Name;

    public RepositoryHome Home { get; }

    /// <summary>What opens the replica's storage.</summary>
    public IRepositoryStores Stores { get; init; } = RepositoryStores.Default;

    /// <summary>The clock that operations use.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where the replica's settings, its lock and its work files are.</summary>
    public string Folder => Home.Places(Name).Folder;

    /// <summary>The storage directory, where it has one.</summary>
    public string Storage => Home.Places(Name).DefaultStorage;

    /// <summary>The address of a home's storage that needs no server.</summary>
    public static string FileUrl(TemporaryHome source) => $"file://{source.Storage}";

    /// <summary>Makes a replica of a home's repository, read from its files.</summary>
    public static TemporaryReplica Of(TemporaryHome source, IRepositoryStores? stores = null)
    {
        TemporaryReplica replica = new() { Stores = stores ?? RepositoryStores.Default };
        replica.Add(FileUrl(source), source.Home.Places(TemporaryHome.Name).PublicKey);
        return replica;
    }

    /// <summary>Makes the replica.</summary>
    public void Add(string sources, string key, Func<ReplicaSettings, ReplicaSettings>? change = null)
    {
        ReplicaSettings settings = new()
        {
            Name = Name,
            Storage = string.Empty,
            Sources = sources.Split(';'),
            PublicKeys = [key],
            Workers = 4,
            Retries = 0,
        };
        ReplicaMaker.Run(change?.Invoke(settings) ?? settings, Context());
    }

    /// <summary>Changes the replica's settings.</summary>
    public void Change(Func<ReplicaSettings, ReplicaSettings> change) =>
        File.WriteAllBytes(Home.Places(Name).Settings, ReplicaSettingsFile.Format(change(Replicas.Load(Home, Name))));

    /// <summary>Takes a snapshot.</summary>
    public SnapshotOutcome Snapshot(bool acceptsOlder = false) =>
        Strato.Publishing.Replication.Snapshot.Run(new SnapshotRequest { Repository = Name, AcceptsOlder = acceptsOlder }, Context());

    /// <summary>Checks the replica and returns its problems.</summary>
    public IReadOnlyList<string> Check(bool readsData = true)
    {
        List<string> problems = [];
        RepositoryCheck.Run(new CheckRequest { Subject = Name, ReadsData = readsData, Found = problems.Add }, Context());
        return problems;
    }

    /// <summary>Reads a revision.</summary>
    public RevisionListing List(string? tag = null) => RevisionListing.Read(Open(), tag);

    /// <summary>Opens the replica's storage.</summary>
    public IObjectStore Open() => Stores.Open(Home.Load(Name));

    /// <summary>What operations are given.</summary>
    public OperationContext Context(CancellationToken cancellation = default) => new()
    {
        Home = Home,
        Stores = Stores,
        Clock = Clock,
        Cancellation = cancellation,
    };

    public void Dispose() => TreeRemoval.Remove(null, Encoding.UTF8.GetBytes(folder.FullName));
}
