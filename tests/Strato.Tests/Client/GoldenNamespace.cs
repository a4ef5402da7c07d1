using System.Text;
using Strato.Client.Attachments;
using Strato.Client.Mounting;
using Strato.Client.Namespace;
using Strato.Client.Nodes;
using Strato.Client.Reading;
using Strato.Client.Requests;
using Strato.Client.Revisions;
using Strato.Client.Xattrs;
using Strato.Core.Configuration;
using Strato.Core.Hashing;
using Strato.Fuse.Protocol;
using Strato.Posix;
using Strato.Testing.Golden;

namespace Strato.Tests.Client;

/// <summary>A golden repository's trunk behind the request handlers, without a kernel. Wants are fulfilled as they come up.</summary>
internal sealed class GoldenNamespace : IDisposable
{
    private readonly GoldenContentSource source;
    private readonly AssembledFiles assembled = new(minimum: long.MaxValue, _ => { });

    public GoldenNamespace(GoldenRepository repository, params (string Name, string Value)[] variables)
    {
        Files = new OpenFiles(Passthrough);
        source = new GoldenContentSource(repository);
        Assert.True(ObjectHash.TryParse(File.ReadLines(repository.Expected("trunk", "root")).First().Split(' ')[^1], out ObjectHash root));
        Revision revision = new(1, 1, root, null, new CatalogTree(source, new OpenCatalogs(100), root));
        RowDescriber describer = new(0, Ownership.AsPublished, new SymlinkVariables(variables.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))));
        ServerView none = new([], [], TimeSpan.Zero, TimeSpan.Zero);
        RepositoryFacts facts = new()
        {
            Configuration = new RepositoryConfiguration { Name = repository.Name },
            Tag = "",
            PublicKeys = [],
            ReadServers = () => none,
            ReadExternalServers = () => none,
        };
        Attachment = new Attachment(0, new AttachmentIdentity(repository.Name, "newest"), facts, source, describer, revision);
        FakeOpener opener = new(_ => Attachment);
        AttachmentDirectory attachments = new(new AttachmentTable(), opener, new AttachmentOptions(), new ClientLog(TextWriter.Null, TimeProvider.System), TimeProvider.System);
        attachments.AttachRootAsync(new AttachmentPlace("", Attachment.Identity, []), acceptsOlder: false, CancellationToken.None).GetAwaiter().GetResult();
        KernelCache kernelCache = new(TimeSpan.FromSeconds(60), isPinned: true);
        NodeWalk walk = new(Nodes, attachments);
        Names = new NamespaceRequests(Nodes, walk, kernelCache, root: null);
        Directories = new DirectoryRequests(Nodes, walk, kernelCache, Counters, root: null);
        Opens = new OpenRequests(walk, Objects, Files, Passthrough, assembled, Counters);
        Reads = new ReadRequests(walk, Objects, Files);
        ClientState state = new()
        {
            Log = new ClientLog(TextWriter.Null, TimeProvider.System),
            Clock = TimeProvider.System,
            Files = Files,
            Passthrough = Passthrough,
            Counters = Counters,
            Version = "test",
            MaxOpenFiles = 1024,
            Started = DateTimeOffset.UnixEpoch,
        };
        Xattrs = new XattrRequests(walk, new ClientAttributeValues(state), hasBareRoot: false);
    }

    public delegate Outcome Request(in Caller caller);

    public NodeTable Nodes { get; } = NodeTable.Create(rootAttachment: 0);

    public OpenObjects Objects { get; } = new(idleLimit: 16);

    public Passthrough Passthrough { get; } = new(_ => { });

    public OpenFiles Files { get; }

    public ClientCounters Counters { get; } = new();

    public Attachment Attachment { get; }

    public NamespaceRequests Names { get; }

    public DirectoryRequests Directories { get; }

    public OpenRequests Opens { get; }

    public ReadRequests Reads { get; }

    public XattrRequests Xattrs { get; }

    /// <summary>Runs a request until it wants nothing more; answers its errno and how often it wanted something.</summary>
    public static (Errno Errno, int Wants) Run(ulong node, Request request)
    {
        Want? supplied = null;
        for (int wants = 0; ; wants++)
        {
            Outcome outcome = request(new Caller(node, 0, 0, supplied));
            supplied?.Dispose();
            if (outcome.Want is null)
            {
                return (outcome.Errno, wants);
            }

            supplied = outcome.Want;
            supplied.FulfilAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
    }

    /// <summary>Looks a path up name by name; node id zero where it is not there.</summary>
    public FuseEntryOut Lookup(string path)
    {
        FuseEntryOut entry = new() { NodeId = NodeIdentity.Root };
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            FuseEntryOut found = default;
            (Errno errno, _) = Run(entry.NodeId, (in Caller caller) => Names.Lookup(in caller, bytes, ref found));
            Assert.Equal(Errno.None, errno);
            entry = found;
        }

        return entry;
    }

    public void Dispose()
    {
        assembled.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Attachment.Current.Catalogs.Retire();
        Objects.Dispose();
        Files.Dispose();
        Nodes.Dispose();
        source.Dispose();
    }
}
