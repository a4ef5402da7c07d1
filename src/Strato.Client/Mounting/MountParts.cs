using Strato.Client.Attachments;
using Strato.Client.Namespace;
using Strato.Client.Nodes;
using Strato.Client.Reading;
using Strato.Client.Requests;
using Strato.Client.Revisions;
using Strato.Client.Xattrs;
using Strato.Core;
using Strato.Fuse;
using Strato.Posix;
using Strato.Storage.Cache;

namespace Strato.Client.Mounting;

/// <summary>What a mount consists of, apart from the kernel's side. Owns all of it.</summary>
internal sealed class MountParts : IAsyncDisposable
{
    /// <summary>Threads that run requests again once what they missed has come; what they run does not wait.</summary>
    private const int ReplayThreads = 2;

    /// <summary>Catalogs whose files are mapped at once.</summary>
    private const int OpenCatalogLimit = 1024;

    /// <summary>Files of the cache that stay open when nobody reads them any more.</summary>
    private const int IdleObjectLimit = 512;

    private readonly AttachmentTable attachments = new();
    private readonly OpenObjects objects = new(IdleObjectLimit);
    private readonly KernelCache kernelCache;
    private readonly RequestHandlers handlers;
    private PendingRequests? pending;

    private MountParts(MountRequest request, ObjectCache cache, NodeTable nodes, RepositorySession session, ClientState state)
    {
        Cache = cache;
        Nodes = nodes;
        Session = session;
        State = state;
        attachments.Add(session.Attachment);
        kernelCache = new KernelCache(request.Configuration.KernelCacheTimeout, session.Watcher is null);
        NodeWalk walk = new(nodes, attachments);
        handlers = new RequestHandlers(
            new NamespaceRequests(nodes, walk, kernelCache),
            new DirectoryRequests(nodes, walk, kernelCache, state.Counters),
            new ReadRequests(walk, objects, state.Files, state.Counters),
            new XattrRequests(walk, new ClientAttributeValues(state)),
            new StatusRequests(cache, attachments));
    }

    public ObjectCache Cache { get; }

    public NodeTable Nodes { get; }

    public RepositorySession Session { get; }

    public ClientState State { get; }

    /// <summary>Requests that wait for objects.</summary>
    public int PendingCount => pending?.Count ?? 0;

    /// <summary>Verifies the repository and makes the parts. Throws <see cref="StratoException"/> where it cannot be had or trusted.</summary>
    public static async Task<MountParts> OpenAsync(MountRequest request, CancellationToken cancellation)
    {
        ClientLog log = new(request.Log, request.Clock);
        ClientState state = new()
        {
            Log = log,
            Clock = request.Clock,
            Files = new OpenFiles(),
            Counters = new ClientCounters(),
            Version = request.Version,
            MaxOpenFiles = ProcessLimits.ReadOpenFiles(),
            Started = request.Clock.GetUtcNow(),
        };
        ObjectCache cache = ObjectCache.Open(new CacheOptions
        {
            Directory = request.CacheFolder,
            Quota = request.Configuration.QuotaLimit ?? CacheOptions.Unlimited,
            Time = request.Clock,
        });
        NodeTable? nodes = null;
        try
        {
            nodes = NodeTable.Create(rootAttachment: 0);
            SessionSurroundings surroundings = new(
                cache, new OpenCatalogs(OpenCatalogLimit), new EpochCounter(nodes.NewestEpoch), state.Counters, log, request.Clock);
            RepositorySession session = await RepositorySession.OpenAsync(0, request.Configuration, surroundings, cancellation);
            return new MountParts(request, cache, nodes, session, state);
        }
        catch
        {
            nodes?.Dispose();
            cache.Dispose();
            throw;
        }
    }

    /// <summary>Serves a mounted device, once. The connection is not started yet.</summary>
    public FuseConnection Connect(FileDescriptor device)
    {
        FuseConnectionOptions options = new() { OnFault = Report };
        pending = new PendingRequests(handlers, Nodes, options.MaxData, ReplayThreads, ReportFailure);
        return new FuseConnection(device, new RepositoryFileSystem(handlers, Nodes, pending, kernelCache), options);
    }

    /// <summary>What tells the kernel of a new revision through a connection that serves these parts.</summary>
    public KernelNotice NoticeThrough(FuseConnection connection) => new(Nodes, kernelCache.Absences, connection.Notifier);

    public async ValueTask DisposeAsync()
    {
        pending?.Dispose();
        await Session.DisposeAsync();
        objects.Dispose();
        State.Files.Dispose();
        Nodes.Dispose();
        Cache.Dispose();
    }

    private void Report(FuseFault fault) => ReportFailure(
        fault.Exception is StratoException ? $"{fault.Opcode} failed: {fault.Exception.Message}" : $"{fault.Opcode} of node {fault.NodeId} failed: {fault.Exception}");

    private void ReportFailure(string line)
    {
        State.Counters.CountError(State.Clock.GetUtcNow());
        State.Log.Write(line);
    }
}
