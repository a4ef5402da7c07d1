namespace Strato.Publishing.Repositories;

/// <summary>The paths of one repository's files under a home. Immutable.</summary>
public sealed class RepositoryPlaces
{
    private readonly string keys;

    internal RepositoryPlaces(string name, string keys, string folder, string defaultStorage)
    {
        Name = name;
        this.keys = keys;
        Folder = folder;
        DefaultStorage = defaultStorage;
    }

    /// <summary>The repository's fully qualified name.</summary>
    public string Name { get; }

    /// <summary>The folder of everything that is neither key nor storage.</summary>
    public string Folder { get; }

    /// <summary>The settings, <c>server.conf</c>.</summary>
    public string Settings => Path.Combine(Folder, "server.conf");

    /// <summary>The file that whoever changes the repository holds locked.</summary>
    public string Lock => Path.Combine(Folder, "lock");

    /// <summary>The file that keeps publishers and a collector's batches apart.</summary>
    public string SweepLock => Path.Combine(Folder, "sweep");

    /// <summary>What a garbage collection has found out so far, and what came of the last one.</summary>
    public string Collection => Path.Combine(Folder, "gc");

    /// <summary>What the last check without a problem has found whole.</summary>
    public string Check => Path.Combine(Folder, "check");

    /// <summary>Work files of the operation that holds the lock.</summary>
    public string Work => Path.Combine(Folder, "txn");

    /// <summary>What source trees looked like when they were published.</summary>
    public string Index => Path.Combine(Folder, "index");

    /// <summary>What the next publish starts from, where that is not the current revision.</summary>
    public string Checkout => Path.Combine(Folder, "checkout");

    /// <summary>Where objects live unless the settings name another place.</summary>
    public string DefaultStorage { get; }

    /// <summary>The master key's public half, which clients trust.</summary>
    public string PublicKey => Key("pub");

    /// <summary>A key's default place by its ending: <c>pub</c>, <c>crt</c>, <c>key</c> or <c>masterkey</c>.</summary>
    public string Key(string ending) => Path.Combine(keys, $"{Name}.{ending}");
}
