using System.Globalization;
using System.Text;
using Strato.Core.Signing;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Testing.Http;
using Strato.Testing.Mounting;
using Strato.Testing.Trees;

namespace Strato.Testing.Publishing;

/// <summary>
/// Small repositories that are published in this process and served from one origin, which answers for any of them as a test wants; and a home of its own
/// to mount them from, which knows none of them.
/// </summary>
public sealed class RepositoryFarm : IAsyncDisposable
{
    /// <summary>The domain of all repositories.</summary>
    public const string Domain = "farm.test.org";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("strato-farm-");
    private readonly RepositoryHome publisher;
    private readonly ScriptedPeer server;
    private readonly Lock gate = new();
    private RepositoryKeys? keys;

    public RepositoryFarm()
    {
        publisher = new RepositoryHome(Path.Combine(folder.FullName, "publisher"));
        Directory.CreateDirectory(Keys);
        Directory.CreateDirectory(ConfigFolder);
        Answer = Honest;
        server = new ScriptedPeer(request => Answer(request));
    }

    /// <summary>What the origin answers; honest at first.</summary>
    public Func<PeerRequest, PeerReply> Answer { get; set; }

    /// <summary>The home to mount from.</summary>
    public string Home => Path.Combine(folder.FullName, "home");

    /// <summary>The public keys, <c>NAME.pub</c>.</summary>
    public string Keys => Path.Combine(folder.FullName, "keys");

    /// <summary>A folder for parameter files, empty at first.</summary>
    public string ConfigFolder => Path.Combine(folder.FullName, "etc");

    /// <summary>The origin's address for any repository.</summary>
    public string ServerTemplate => $"{server.Address}/cvmfs/@fqrn@";

    /// <summary>Requests that the origin got so far.</summary>
    public int RequestCount => server.Requests.Count;

    /// <summary>A mount of everything that the origin has.</summary>
    public StratoMountOptions Options => new() { Home = Home, Server = ServerTemplate, PublicKey = Keys, ConfigFolder = ConfigFolder };

    /// <summary>The whole name of a repository.</summary>
    public static string Name(string first) => $"{first}.{Domain}";

    /// <summary>Requests that the origin got for a repository so far.</summary>
    public int RequestCountOf(string first) => server.Requests.Count(request => request.Path.StartsWith($"/cvmfs/{Name(first)}/", StringComparison.Ordinal));

    /// <summary>What an honest origin answers.</summary>
    public PeerReply Honest(PeerRequest request) => ScriptedPeer.Directory("/cvmfs/", Path.Combine(publisher.DocumentRoot, "cvmfs"))(request);

    /// <summary>Makes a repository with one revision. All are signed with the same keys, which take longer to make than a small repository.</summary>
    /// <param name="first">The name up to the domain.</param>
    /// <param name="files">Paths and contents.</param>
    public void Make(string first, params ReadOnlySpan<(string Path, string Content)> files)
    {
        string name = Name(first);
        lock (gate)
        {
            keys ??= RepositoryKeys.Generate(name, DateTimeOffset.UtcNow);
            new KeyFiles(publisher.Directory, name).Save(keys);
        }

        RepositorySettings settings = new() { Name = name, Storage = string.Empty, AutomaticTags = false };
        RepositoryMaker.Run(new MakeRepositoryRequest { Settings = settings }, Context());
        File.Copy(publisher.Places(name).PublicKey, Path.Combine(Keys, name + ".pub"));
        Publish(first, tag: "first", files);
    }

    /// <summary>Has clients trust another key for a repository than the one that it is signed with.</summary>
    public void Distrust(string first)
    {
        string name = Name(first);
        using RepositoryKeys others = RepositoryKeys.Generate(name, DateTimeOffset.UtcNow);
        KeyFiles files = new(Path.Combine(folder.FullName, "others"), name);
        files.Save(others);
        File.Copy(files.PublicKey, Path.Combine(Keys, name + ".pub"), overwrite: true);
    }

    /// <summary>Publishes a tree of these files and nothing else; answers the revision.</summary>
    public ulong Publish(string first, string? tag, params ReadOnlySpan<(string Path, string Content)> files)
    {
        string source = Path.Combine(folder.FullName, "tree", Name(first));
        if (Directory.Exists(source))
        {
            Directory.Delete(source, recursive: true);
        }

        Directory.CreateDirectory(source);
        foreach ((string path, string content) in files)
        {
            string file = Path.Combine(source, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
        }

        return TreePublish.Run(new TreePublishRequest { Repository = Name(first), Source = source, Deletes = true, Tag = tag }, Context()).Revision;
    }

    /// <summary>A repository's manifest, to keep or to put back.</summary>
    public string Manifest(string first) => Path.Combine(publisher.Places(Name(first)).DefaultStorage, ".cvmfspublished");

    /// <summary>Writes a parameter file.</summary>
    /// <param name="path">Below the folder, such as <c>default.local</c>.</param>
    /// <param name="lines">Its lines.</param>
    public void Configure(string path, params IEnumerable<string> lines)
    {
        string file = Path.Combine(ConfigFolder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllLines(file, lines);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        keys?.Dispose();
        TreeRemoval.Remove(null, Encoding.UTF8.GetBytes(folder.FullName));
    }

    private OperationContext Context() => new()
    {
        Home = publisher,
        Clock = TimeProvider.System,
        Warn = warning => throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"publishing warns: {warning}")),
    };
}
