using Strato.Client.Mounting;
using Strato.Client.Nodes;
using Strato.Client.Revisions;
using Strato.Core.Paths;

namespace Strato.Client.Attachments;

/// <summary>
/// Detaches what nobody has asked for anything in a while, once the kernel has let go of all its nodes. The kernel keeps names for as long as it has
/// memory, so it is asked first to drop those that nobody uses; a working directory, an open file or a bind mount keeps its node, and with it all
/// above, and so the attachment.
/// </summary>
internal sealed class IdleSweep : IAsyncDisposable
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(1);

    /// <summary>How long forgets are waited for after the kernel was asked; they come within some milliseconds.</summary>
    private static readonly TimeSpan ForgetTime = TimeSpan.FromMilliseconds(20);

    /// <summary>Each round drops the nodes that have none below them, so there are as many as the tree is deep, and some for forgets that come late.</summary>
    private const int MaxRounds = 512;

    private const int MaxFruitlessRounds = 3;

    private readonly AttachmentDirectory directory;
    private readonly NodeTable nodes;
    private readonly KernelNotice kernel;
    private readonly ClientLog log;
    private readonly CancellationTokenSource stopping = new();
    private Task sweeping = Task.CompletedTask;

    public IdleSweep(AttachmentDirectory directory, NodeTable nodes, KernelNotice kernel, ClientLog log)
    {
        this.directory = directory;
        this.nodes = nodes;
        this.kernel = kernel;
        this.log = log;
    }

    /// <summary>Begins to sweep by itself. Call it once.</summary>
    public void Start(TimeProvider clock)
    {
        TimeSpan wanted = (directory.Options.DetachAfter ?? LongestInterval) / 4;
        TimeSpan interval = wanted < ShortestInterval ? ShortestInterval : wanted > LongestInterval ? LongestInterval : wanted;
        sweeping = SweepAsync(interval, clock);
    }

    /// <summary>Looks once at everything that is attached. One caller at a time.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        List<AttachmentPlace> idle = [];
        foreach (AttachmentPlace place in directory.Places)
        {
            if (place.Name.Length == 0)
            {
                continue;
            }

            if (place.Attached is not { } attachment)
            {
                // A private name is somebody's until it is taken away.
                _ = !place.IsPrivate && directory.TryForget(place);
            }
            else if (attachment.TakeUsed())
            {
                place.IdleSince = directory.Now;
            }
            else if (directory.Now - place.IdleSince >= directory.Options.DetachAfter)
            {
                idle.Add(place);
            }
        }

        if (idle.Count > 0)
        {
            await DetachAsync(idle, cancellation);
        }
    }

    /// <summary>Detaches a place now if nobody uses it. False where it is in use.</summary>
    public async Task<bool> TryDetachAsync(AttachmentPlace place, CancellationToken cancellation)
    {
        await DropNodesAsync([place], cancellation);
        return await directory.TryDetachAsync(place, () => CountNodes([place]) > 0);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await sweeping;
        stopping.Dispose();
    }

    private async Task SweepAsync(TimeSpan interval, TimeProvider clock)
    {
        try
        {
            while (true)
            {
                await Task.Delay(interval, clock, stopping.Token);
                await RunAsync(stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The mount goes.
        }
    }

    private async Task DetachAsync(IReadOnlyList<AttachmentPlace> idle, CancellationToken cancellation)
    {
        await DropNodesAsync(idle, cancellation);
        foreach (AttachmentPlace place in idle)
        {
            if (await directory.TryDetachAsync(place, () => CountNodes([place]) > 0))
            {
                log.Detached(place.ShownName, (long)(directory.Now - place.IdleSince).TotalSeconds);
            }
            else
            {
                // In use without requests. It has another time before the kernel is troubled again.
                place.IdleSince = directory.Now;
            }
        }
    }

    private async Task DropNodesAsync(IReadOnlyList<AttachmentPlace> idle, CancellationToken cancellation)
    {
        bool[] isMeant = new bool[AttachmentTable.NoAttachment + 1];
        foreach (AttachmentPlace place in idle)
        {
            isMeant[place.Number ?? AttachmentTable.NoAttachment] = true;
        }

        isMeant[AttachmentTable.NoAttachment] = false;
        int known = CountNodes(idle);
        int fruitless = 0;
        for (int round = 0; known > 0 && fruitless < MaxFruitlessRounds && round < MaxRounds; round++)
        {
            if (kernel.Prune(number => isMeant[number]) == 0)
            {
                return;
            }

            await Task.Delay(ForgetTime, cancellation);
            int left = CountNodes(idle);
            fruitless = left < known ? 0 : fruitless + 1;
            known = left;
        }
    }

    private int CountNodes(IReadOnlyList<AttachmentPlace> places)
    {
        Span<byte> name = stackalloc byte[RepositoryPath.MaxNameLength];
        int count = 0;
        uint cursor = 0;
        while (nodes.TryStep(ref cursor, name, out NodeRecord record, out _))
        {
            count += places.Any(place => place.Number == record.Attachment) ? 1 : 0;
        }

        return count;
    }
}
