using System.Text;
using Strato.Client.Attachments;
using Strato.Client.Mounting;
using Strato.Client.Namespace;
using Strato.Client.Nodes;
using Strato.Client.Requests;
using Strato.Client.Revisions;
using Strato.Core.Configuration;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Testing;
using Strato.Testing.Golden;

namespace Strato.Tests.Client.Attachments;

/// <summary>The attachments of a mount of all repositories without kernel, network and time: each name shows the same golden repository.</summary>
internal sealed class AttachmentSite : IAsyncDisposable
{
    private readonly GoldenContentSource source = new(GoldenRepository.Rmd160);
    private readonly ObjectHash root;
    private readonly StringWriter log = new();

    public AttachmentSite()
    {
        Assert.True(ObjectHash.TryParse(File.ReadLines(GoldenRepository.Rmd160.Expected("trunk", "root")).First().Split(' ')[^1], out root));
        Opener = new FakeOpener(Open);
        ClientLog lines = new(log, Clock);
        Directory = new AttachmentDirectory(new AttachmentTable(), Opener, Options, lines, Clock);
        Sweep = new IdleSweep(Directory, Nodes, new KernelNotice(Nodes, new AbsentNames()), lines);
    }

    public static AttachmentOptions Options { get; } = new() { RetryAfter = TimeSpan.FromSeconds(60), DetachAfter = TimeSpan.FromSeconds(600) };

    public ManualClock Clock { get; } = new();

    public NodeTable Nodes { get; } = NodeTable.Create(AttachmentTable.NoAttachment);

    public FakeOpener Opener { get; }

    public AttachmentDirectory Directory { get; }

    public IdleSweep Sweep { get; }

    /// <summary>What opening a place throws; null where it succeeds.</summary>
    public Func<AttachmentPlace, Exception?> Failure { get; set; } = _ => null;

    /// <summary>Lines of the log.</summary>
    public string[] Log => log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The place of a name.</summary>
    public AttachmentPlace Place(string name) => Directory.Find(Encoding.UTF8.GetBytes(name)) ?? throw new InvalidOperationException($"{name} can be no repository");

    /// <summary>Looks a name up as a request does: waits for what it wants. Answers the attachment, or the refusal.</summary>
    public async Task<(Attachment? Attachment, Errno Errno)> EnterAsync(string name)
    {
        while (true)
        {
            Outcome outcome = Place(name).Enter(Directory, out Attachment attachment);
            if (outcome.Want is not { } want)
            {
                return (outcome.IsDone ? attachment : null, outcome.Errno);
            }

            using (want)
            {
                await want.FulfilAsync(TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Has the kernel know the root of an attachment; answers its node.</summary>
    public ulong Remember(Attachment attachment, string name)
    {
        NodeDescription node = new()
        {
            Key = RepositoryPath.Root.Key,
            Attachment = attachment.Number,
            Catalog = NodeRecord.UnknownCatalog,
            Attributes = { Mode = 0x41ED },
        };
        Assert.True(Nodes.TryRemember(attachment.Key, NodeIdentity.Root, Encoding.UTF8.GetBytes(name), in node, out ulong id));
        return id;
    }

    public async ValueTask DisposeAsync()
    {
        await Directory.DisposeAsync();
        Nodes.Dispose();
        source.Dispose();
    }

    private Attachment Open(AttachmentPlace place)
    {
        if (Failure(place) is { } failure)
        {
            throw failure;
        }

        ServerView none = new([], [], TimeSpan.Zero, TimeSpan.Zero);
        RepositoryFacts facts = new()
        {
            Configuration = new RepositoryConfiguration { Name = place.Identity.Repository },
            Tag = "",
            PublicKeys = [],
            ReadServers = () => none,
            ReadExternalServers = () => none,
        };
        Assert.True(Directory.Table.TryNumber(place, out ushort number));
        Revision revision = new(1, 7, root, null, new CatalogTree(source, new OpenCatalogs(100), root));
        RowDescriber describer = new(number, Ownership.AsPublished, new SymlinkVariables([]));
        return new Attachment(number, place.Identity, facts, source, describer, revision);
    }
}
