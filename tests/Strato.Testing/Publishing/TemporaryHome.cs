using System.Text;
using Strato.Core.Chunking;
using Strato.Core.Signing;
using Strato.Publishing.Checking;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Testing.Processes;
using Strato.Testing.Trees;

namespace Strato.Testing.Publishing;

/// <summary>A home with one repository and room for source trees, gone when it is disposed.</summary>
public sealed class TemporaryHome : IDisposable
{
    /// <summary>The repository's name.</summary>
    public const string Name = "test.example.org";

    private static readonly Lazy<RepositoryKeys> SharedKeys = new(() => RepositoryKeys.Generate(Name, TimeProvider.System.GetUtcNow()));

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("strato-home-");

    /// <summary>Makes a home without the repository, which <see cref="Make"/> makes.</summary>
    public TemporaryHome()
    {
        Home = new RepositoryHome(Path.Combine(folder.FullName, "home"));
        Leftovers.Remember(this);
    }

    public RepositoryHome Home { get; }

    /// <summary>The repository's storage directory.</summary>
    public string Storage => Home.Places(Name).DefaultStorage;

    /// <summary>Warnings of all operations.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>What opens the repository's storage.</summary>
    public IRepositoryStores Stores { get; init; } = RepositoryStores.Default;

    /// <summary>The clock that operations use.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Settings with chunks so small that small trees have some.</summary>
    public static RepositorySettings SmallChunks { get; } = new()
    {
        Name = Name,
        Storage = string.Empty,
        Chunks = new ChunkSizes(4096, 8192, 16384),
        AutomaticTags = false,
    };

    /// <summary>Makes a home with a repository.</summary>
    public static TemporaryHome WithRepository(RepositorySettings? settings = null)
    {
        TemporaryHome home = new();
        home.Make(settings ?? SmallChunks);
        return home;
    }

    /// <summary>Makes the repository, with keys that all tests share: making some takes longer than most tests.</summary>
    public void Make(RepositorySettings settings)
    {
        KeyFiles keys = new(Home.Directory, Name);
        if (settings.Keys is null && Clock == TimeProvider.System && !File.Exists(keys.PrivateKey))
        {
            keys.Save(SharedKeys.Value);
        }

        RepositoryMaker.Run(new MakeRepositoryRequest { Settings = settings with { Name = Name, Storage = string.Empty } }, Context());
    }

    /// <summary>A fresh directory.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(folder.FullName, name)).FullName;

    /// <summary>Publishes a tree.</summary>
    public PublishOutcome Publish(string source, string target = "/", bool deletes = true, string? tag = null) => TreePublish.Run(
        new TreePublishRequest { Repository = Name, Source = source, Target = target, Deletes = deletes, Tag = tag }, Context());

    /// <summary>Ingests an archive.</summary>
    public PublishOutcome Ingest(Stream archive, string target, bool makesCatalog = false, params string[] removed) => TarballIngest.Run(
        new TarballIngestRequest
        {
            Repository = Name,
            Archive = archive,
            ArchiveName = "archive.tar",
            Target = target,
            MakesCatalog = makesCatalog,
            Removed = removed,
        },
        Context());

    /// <summary>Reads the current revision, or a tagged one.</summary>
    public RevisionListing List(string? tag = null) => RevisionListing.Read(Stores.Open(Home.Load(Name)), tag);

    /// <summary>Checks the repository and returns its problems.</summary>
    public IReadOnlyList<string> Check(bool readsData = true)
    {
        List<string> problems = [];
        RepositoryCheck.Run(new CheckRequest { Subject = Name, ReadsData = readsData, Found = problems.Add }, Context());
        return problems;
    }

    /// <summary>What operations are given.</summary>
    public OperationContext Context(CancellationToken cancellation = default) => new()
    {
        Home = Home,
        Stores = Stores,
        Clock = Clock,
        Cancellation = cancellation,
        Warn = warning =>
        {
            lock (Warnings)
            {
                Warnings.Add(warning);
            }
        },
    };

    public void Dispose()
    {
        TreeRemoval.Remove(null, Encoding.UTF8.GetBytes(folder.FullName));
        Leftovers.Forget(this);
    }
}
