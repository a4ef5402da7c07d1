using Strato.Fuse;
using Strato.Fuse.Protocol;

namespace Strato.Client.Requests;

/// <summary>A request that left its worker because an object is missing: a copy of what it asked, to run it again.</summary>
internal sealed class PendingRequest : IDisposable
{
    private readonly byte[] name;

    /// <summary>Takes a request over from its worker.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">The name of a LOOKUP or GETXATTR.</param>
    /// <param name="arguments">The handle, offset and size of a READ, READDIR or READDIRPLUS.</param>
    /// <param name="want">What is missing.</param>
    public PendingRequest(in FuseRequest request, ReadOnlySpan<byte> name, in FuseReadIn arguments, Want want)
    {
        this.name = name.ToArray();
        Unique = request.Unique;
        NodeId = request.NodeId;
        Uid = request.Uid;
        Gid = request.Gid;
        ReadArguments = arguments;
        Want = want;
    }

    public ulong Unique { get; }

    public ulong NodeId { get; }

    public uint Uid { get; }

    public uint Gid { get; }

    public FuseReadIn ReadArguments { get; }

    public ReadOnlySpan<byte> Name => name;

    /// <summary>The right to answer; set once the request has left its worker.</summary>
    public FuseCompletion Completion { get; set; }

    /// <summary>What is being fetched, or was.</summary>
    public Want Want { get; private set; }

    /// <summary>How often the request has been run.</summary>
    public int Runs { get; private set; } = 1;

    /// <summary>Ends the wait when the caller is being killed or the mount goes.</summary>
    public CancellationTokenSource Cancellation { get; } = new();

    public Caller Caller => new(NodeId, Uid, Gid, Want, Unique);

    /// <summary>The request was run again and misses another object now.</summary>
    public void WaitFor(Want next)
    {
        Want.Dispose();
        Want = next;
        Runs++;
    }

    public void Dispose()
    {
        Want.Dispose();
        Cancellation.Dispose();
    }
}
