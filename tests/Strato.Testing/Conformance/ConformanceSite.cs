using System.Text;
using Strato.Core.Chunking;
using Strato.Core.Signing;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Testing.Http;
using Strato.Testing.Mounting;
using Strato.Testing.Trees;

namespace Strato.Testing.Conformance;

/// <summary>
/// The conformance tree on an ext4 of its own, and published from there in its two revisions to a server of this process. Needs what <see cref="Ext4Image"/> needs.
/// </summary>
internal sealed class ConformanceSite : IAsyncDisposable
{
    /// <summary>The repository's name.</summary>
    public const string Name = "conformance.test.org";

    private const int Megabytes = 192;
    private const int Inodes = 130_000;

    private readonly TemporaryFolder folder = new();
    private readonly RepositoryHome publisher;
    private readonly ScriptedPeer server;
    private byte[] firstManifest = [];
    private byte[] secondManifest = [];

    private ConformanceSite()
    {
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        publisher = new RepositoryHome(folder["publisher"]);
        server = new ScriptedPeer(ScriptedPeer.Directory("/cvmfs/", Path.Combine(publisher.DocumentRoot, "cvmfs")));
        Kit = new ConformanceKit();
        Image = new Ext4Image(Megabytes, Inodes);
    }

    public ConformanceKit Kit { get; }

    /// <summary>The tree in its first revision, read-only.</summary>
    public Ext4Image Image { get; }

    /// <summary>The repository's URL.</summary>
    public string Server => $"{server.Address}/cvmfs/{Name}";

    /// <summary>The public key, for everybody to read.</summary>
    public string PublicKey => folder[Name + ".pub"];

    private string Manifest => Path.Combine(publisher.Places(Name).DefaultStorage, ".cvmfspublished");

    /// <summary>Makes the tree and publishes it. Nothing is left where that fails.</summary>
    public static async Task<ConformanceSite> MakeAsync()
    {
        ConformanceSite site = new();
        try
        {
            await site.MakeFilesAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>How the repository is mounted, with a home of its own for each mount. The kernel checks permissions, which the genuine client leaves out unless told to.</summary>
    public StratoMountOptions MountOptions(string home, params IEnumerable<string> settings) => new()
    {
        Repository = Name,
        Home = folder[home],
        Server = Server,
        PublicKey = PublicKey,
        Settings = ["CVMFS_CHECK_PERMISSIONS=yes", .. settings],
    };

    /// <summary>The server has the first revision.</summary>
    public void ShowFirst() => Show(firstManifest);

    /// <summary>The server has the second revision.</summary>
    public void ShowSecond() => Show(secondManifest);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Image.Dispose();
        Kit.Dispose();
        TreeRemoval.Remove(null, Encoding.UTF8.GetBytes(folder.Path));
    }

    private async Task MakeFilesAsync()
    {
        ConformanceTree.Create(Image.Directory, Kit);
        RepositorySettings settings = new()
        {
            Name = Name,
            Storage = string.Empty,
            AutomaticTags = false,
            Chunks = new ChunkSizes(VariedTree.ChunkMin, VariedTree.ChunkAverage, VariedTree.ChunkMax),
        };
        RepositoryMaker.Run(new MakeRepositoryRequest { Settings = settings }, Context());
        Publish(Image.Directory, "/");
        using (RepositoryKeys keys = new KeyFiles(publisher.Directory, Name).Load())
        {
            await ConformanceLargeFile.PublishAsync(publisher.Places(Name).DefaultStorage, keys);
        }

        ConformanceTree.AddLarge(Image.Directory);
        Image.MakeReadOnly();
        firstManifest = File.ReadAllBytes(Manifest);
        using (Ext4Image changed = Image.Copy())
        {
            ConformanceChange.Apply(changed.Directory);
            Publish(changed.Directory + "/switch", "/switch");
        }

        secondManifest = File.ReadAllBytes(Manifest);
        File.Copy(publisher.Places(Name).PublicKey, PublicKey);
        ShowFirst();
    }

    private void Show(byte[] manifest)
    {
        string fresh = Manifest + ".fresh";
        File.WriteAllBytes(fresh, manifest);
        File.Move(fresh, Manifest, overwrite: true);
    }

    private void Publish(string source, string target) =>
        TreePublish.Run(new TreePublishRequest { Repository = Name, Source = source, Target = target, Deletes = true }, Context());

    private OperationContext Context() => new() { Home = publisher, Clock = TimeProvider.System, Warn = _ => { } };
}
