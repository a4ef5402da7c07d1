using System.Text;
using System.Text.Json;
using Strato.Client.Attachments;
using Strato.Client.Namespace;
using Strato.Client.Nodes;
using Strato.Client.Reading;
using Strato.Client.Requests;
using Strato.Client.Revisions;
using Strato.Client.Xattrs;
using Strato.Core;
using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Fuse.Statistics;
using Strato.Posix;
using Strato.Storage.Cache;

namespace Strato.Client.Mounting;

/// <summary>What a mount consists of, apart from the kernel's side. Owns all of it.</summary>
internal sealed class MountParts : IAsyncDisposable
{
    /// <summary>Threads that run requests again once what they missed has come; what they run does not wait.</summary>
    private const int ReplayThreads = 2;

    /// <summary>
    /// Catalogs that are open at once. An open one takes some 170 KB, opening one again half a millisecond: walking 5,000 leaves 75 MB of private memory
    /// with 256 open, 43 MB with 64, of which the process has 11 MB without any.
    /// </summary>
    private const int OpenCatalogLimit = 64;

    /// <summary>
    /// Files of the cache that stay open when nobody reads them any more, within half of what the process may have open: opening a file again takes
    /// 12 % less processor time than through the cache, and a program reads its ten thousand files over and over. One takes 200 bytes here, and the kernel
    /// 2 KB that it cannot give back.
    /// </summary>
    private const int IdleObjectLimit = 16 * 1024;

    /// <summary>How often files are closed that other processes have evicted and nobody here uses.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    private readonly OpenCatalogs openCatalogs = new(OpenCatalogLimit);
    private readonly OpenObjects objects;
    private readonly ITimer sweeping;
    private readonly KernelCache kernelCache;
    private readonly KernelNotice kernel;
    private readonly RootListing listing;
    private readonly RequestHandlers handlers;
    private readonly AssembledFiles assembled;
    private readonly EpochCounter epochs;
    private readonly FuseInitFlags flags;
    private ushort[] noticesDue = [];
    private bool hasBegun;
    private PendingRequests? pending;
    private FuseConnection? connection;

    private MountParts(MountRequest request, ObjectCache cache, OpenObjects objects, MountState survivors, ClientState state)
    {
        NodeTable nodes = survivors.Nodes;
        Survivors = survivors;
        this.objects = objects;
        sweeping = state.Clock.CreateTimer(static objects => ((OpenObjects)objects!).CloseUnlinked(), objects, SweepInterval, SweepInterval);
        Cache = cache;
        State = state;
        assembled = new AssembledFiles(request.Configuration.AssembleFrom, state.Log.Write);
        flags = FuseConnectionOptions.ReadOnlyFlags;
        if (request.Configuration.KernelPassthrough && PosixProcess.EffectiveUserId == 0)
        {
            flags |= FuseInitFlags.Passthrough;
        }

        kernelCache = new KernelCache(request.Configuration.KernelCacheTimeout, isPinned: !Moves(request));
        kernel = new KernelNotice(nodes, kernelCache.Absences);
        epochs = new EpochCounter(nodes.NewestEpoch);
        SessionSurroundings surroundings = new(
            cache, openCatalogs, epochs, state.Counters, kernel, Save, state.Log, state.Clock);
        Opener = new RepositoryOpener(request.Repositories, surroundings);
        Attachments = new AttachmentDirectory(new AttachmentTable(), Opener, request.Attachments, state.Log, state.Clock)
        {
            Changed = kernel.RootListingChanged,
            Numbered = Save,
            ShowsOther = kernel.RevisionChanged,
        };
        if (request.Repository is null)
        {
            Opener.ConfigRepository = new ConfigRepositoryCopies(Attachments, Encoding.UTF8.GetString(request.Directory), Path.Combine(request.CacheFolder, "config"));
        }

        Idle = new IdleSweep(Attachments, nodes, kernel, state.Log);
        listing = new RootListing(kernel, state.Clock);
        RootDirectory? root = request.Repository is null ? new RootDirectory(Attachments, nodes, kernelCache, listing) : null;
        NodeWalk walk = new(nodes, Attachments);
        handlers = new RequestHandlers(
            new NamespaceRequests(nodes, walk, kernelCache, root),
            new DirectoryRequests(nodes, walk, kernelCache, state.Counters, root),
            new OpenRequests(walk, objects, state.Files, state.Passthrough, assembled, state.Counters),
            new ReadRequests(walk, objects, state.Files),
            new XattrRequests(walk, new ClientAttributeValues(state), hasBareRoot: root is not null),
            new StatusRequests(cache, nodes, Attachments.Table));
    }

    public ObjectCache Cache { get; }

    /// <summary>What outlives this process.</summary>
    public MountState Survivors { get; }

    public NodeTable Nodes => Survivors.Nodes;

    /// <summary>Finds configurations, and opens what is attached.</summary>
    public RepositoryOpener Opener { get; }

    /// <summary>What is attached where.</summary>
    public AttachmentDirectory Attachments { get; }

    /// <summary>Detaches what is not used.</summary>
    public IdleSweep Idle { get; }

    public ClientState State { get; }

    /// <summary>Catalogs whose files are mapped now.</summary>
    public int OpenCatalogCount => openCatalogs.Count;

    /// <summary>Catalogs whose files are open now, of all attachments and also of revisions that are going.</summary>
    public IReadOnlyList<MountedCatalog> ListOpenCatalogs() => openCatalogs.List();

    /// <summary>Requests that wait for objects.</summary>
    public int PendingCount => pending?.Count ?? 0;

    /// <summary>What the kernel was answered so far.</summary>
    public RequestStatistics ReadStatistics() => connection?.ReadStatistics() ?? new RequestStatistics();

    /// <summary>
    /// Makes the parts, and verifies the repository where the mount shows one. Throws <see cref="StratoException"/> where it cannot be had or trusted.
    /// </summary>
    public static async Task<MountParts> OpenAsync(MountRequest request, CancellationToken cancellation)
    {
        ClientLog log = new(request.Log);
        OpenObjects openObjects = new((int)Math.Min(IdleObjectLimit, ProcessLimits.ReadOpenFiles() / 2));
        ClientCounters counters = new();
        ObjectCache cache = ObjectCache.Open(new CacheOptions
        {
            Directory = request.CacheFolder,
            Quota = request.Configuration.QuotaLimit ?? CacheOptions.Unlimited,
            LowWatermark = request.Configuration.CacheLowMark,
            ScrubRate = request.Configuration.ScrubRate,
            ScrubEvery = request.Configuration.ScrubEvery,
            Notice = log.CacheNotice,
            Evicted = () =>
            {
                counters.CountEviction();
                openObjects.CloseUnlinked();
            },
            Time = request.Clock,
        });
        Passthrough passthrough = new(log.CacheNotice);
        ushort rootAttachment = request.Repository is null ? AttachmentTable.NoAttachment : (ushort)0;
        MountState survivors = request.Inheritance is { } inheritance
            ? MountState.Adopt(inheritance, rootAttachment, passthrough, log.Write)
            : MountState.Create(rootAttachment, passthrough);
        ClientState state = new()
        {
            Log = log,
            Clock = request.Clock,
            Files = survivors.Files,
            Passthrough = passthrough,
            Counters = counters,
            Version = request.Version,
            MaxOpenFiles = ProcessLimits.ReadOpenFiles(),
            ReadCleanups = () => cache.Status.Quota == CacheOptions.Unlimited ? -1 : cache.EvictionsOfDay,
            Restarts = survivors.File.Adoptions,
            Started = request.Clock.GetUtcNow(),
        };
        MountParts parts = new(request, cache, openObjects, survivors, state);
        try
        {
            await parts.AttachAsync(request, cancellation);
            return parts;
        }
        catch
        {
            await parts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Serves a newly mounted device, or the one that the predecessor left, once. The connection is not started yet.</summary>
    public FuseConnection Connect(FileDescriptor device)
    {
        FuseConnectionOptions options = new() { OnFault = Report, Flags = flags };
        pending = new PendingRequests(handlers, Nodes, options.MaxData, ReplayThreads, ReportFailure);
        RepositoryFileSystem fileSystem = new(handlers, Nodes, pending, kernelCache);
        connection = Survivors.Device is not null
            ? FuseConnection.Adopt(device, fileSystem, options, Survivors.File.Negotiation!.Value)
            : new FuseConnection(device, fileSystem, options);
        return connection;
    }

    /// <summary>
    /// Reads the configuration again: what it names is listed, and what was refused is tried again. What is attached stays as it is. Answers a line for a person.
    /// </summary>
    public string Reconfigure(MountRequest request)
    {
        if (request.Repository is null)
        {
            Attachments.SetConfigured(request.Repositories.List(Opener.ConfigRepository!.Without));
        }

        Attachments.ForgetRefusals();
        return $"{Attachments.Listing.Length} repositories are listed; the configuration counts for what is attached from now on";
    }

    /// <summary>
    /// The kernel has taken the mount: from now on it is told what changes, and what is idle is detached. What a predecessor had not come to tell it is told now.
    /// </summary>
    public void Begin(FuseConnection serving)
    {
        kernel.Connect(serving.Notifier);
        if (serving.Initialized is { IsCompletedSuccessfully: true } settled && settled.Result.Has(FuseInitFlags.Passthrough))
        {
            State.Passthrough.Connect(new KernelBackingFiles(serving));
        }

        foreach (ushort attachment in noticesDue)
        {
            kernel.RevisionChanged(attachment);
        }

        hasBegun = true;
        Save();
        Idle.Start(State.Clock);
    }

    public async ValueTask DisposeAsync()
    {
        pending?.Dispose();
        await Idle.DisposeAsync();
        await assembled.DisposeAsync();
        await Attachments.DisposeAsync();
        Opener.ConfigRepository?.Dispose();
        listing.Dispose();
        await sweeping.DisposeAsync();
        objects.Dispose();
        Survivors.Dispose();
        Cache.Dispose();
    }

    /// <summary>Whether anything in the mount can come to show another revision.</summary>
    private static bool Moves(MountRequest request) =>
        request.Repository is null || (request.Configuration.AutoUpdate && !RevisionPin.Of(request.Configuration).IsFixed);

    /// <summary>
    /// Notes the attachments for a successor. Not before the kernel has been told what the predecessor owed it: until then what that one noted counts.
    /// </summary>
    private void Save()
    {
        if (hasBegun)
        {
            Survivors.File.SaveAttachments(() => JsonSerializer.SerializeToUtf8Bytes(Attachments.Save(), MountJson.Default.SavedAttachmentArray));
        }
    }

    private async Task AttachAsync(MountRequest request, CancellationToken cancellation)
    {
        SavedAttachment[] saved = Survivors.ReadAttachments();
        Attachments.Restore(saved);
        epochs.Pass(saved.SelectMany(one => one.Shown).Select(revision => revision.Epoch).DefaultIfEmpty().Max());
        noticesDue = [.. saved.Where(one => one.IsNoticeDue).Select(one => one.Number)];
        if (request.Repository is not { } name)
        {
            Attachments.SetConfigured(request.Repositories.List(Opener.ConfigRepository!.Without));
            return;
        }

        if (Attachments.Find("") is not null)
        {
            // It is attached as the predecessor showed it, when the first request comes.
            return;
        }

        // Its first failure is the command's, not a refusal to be remembered.
        AttachmentIdentity identity = new(name, RevisionPin.Of(request.Configuration).ToString());
        await Attachments.AttachRootAsync(new AttachmentPlace("", identity, []), request.AcceptsOlder, cancellation);
    }

    private void Report(FuseFault fault) => ReportFailure($"{fault.Opcode} of node {fault.NodeId}", fault.Exception);

    private void ReportFailure(string what, Exception error)
    {
        State.Counters.CountError(State.Clock.GetUtcNow());
        if (error is not ServersDownException)
        {
            State.Log.Failed(what, error);
        }
    }
}
