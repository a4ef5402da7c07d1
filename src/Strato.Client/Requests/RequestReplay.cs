using Strato.Client.Nodes;
using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Client.Requests;

/// <summary>Runs pending requests again, and answers them. Belongs to one thread, whose reply buffer it is.</summary>
internal sealed class RequestReplay
{
    private readonly RequestHandlers handlers;
    private readonly NodeTable nodes;
    private readonly byte[] buffer;

    /// <summary>A replay with a buffer.</summary>
    /// <param name="handlers">What answers.</param>
    /// <param name="nodes">Takes back what an answer gave that nobody took.</param>
    /// <param name="maxData">Bytes of the longest reply.</param>
    public RequestReplay(RequestHandlers handlers, NodeTable nodes, int maxData)
    {
        this.handlers = handlers;
        this.nodes = nodes;
        buffer = GC.AllocateUninitializedArray<byte>(maxData, pinned: true);
    }

    /// <summary>Runs a request. It is answered unless the outcome wants another object.</summary>
    public Outcome Run(PendingRequest request)
    {
        Caller caller = request.Caller;
        FuseCompletion completion = request.Completion;
        int length = 0;
        Outcome outcome;
        switch (completion.Opcode)
        {
            case FuseOpcode.Lookup:
                return Lookup(request, in caller);
            case FuseOpcode.GetAttr:
                FuseAttrOut attributes = default;
                outcome = handlers.Names.GetAttributes(in caller, ref attributes);
                if (outcome.IsDone)
                {
                    completion.Attributes(in attributes);
                    return outcome;
                }

                break;
            case FuseOpcode.Open:
                return Open(request, in caller);
            case FuseOpcode.ReadLink:
                outcome = handlers.Names.ReadLink(in caller, buffer, out length);
                break;
            case FuseOpcode.Read:
                FuseReadIn read = request.ReadArguments;
                outcome = handlers.Reads.Read(in caller, read.Handle, read.Offset, Room(read), out length);
                break;
            case FuseOpcode.ReadDir or FuseOpcode.ReadDirPlus:
                FuseReadIn list = request.ReadArguments;
                FuseDirectoryWriter entries = new(Room(list));
                outcome = handlers.Directories.List(in caller, list.Offset, completion.Opcode == FuseOpcode.ReadDirPlus, ref entries);
                length = entries.Written;
                break;
            case FuseOpcode.GetXattr:
                outcome = handlers.Xattrs.Get(in caller, request.Name, buffer, out length);
                break;
            case FuseOpcode.ListXattr:
                outcome = handlers.Xattrs.List(in caller, buffer, out length);
                break;
            default:
                outcome = Errno.ENOSYS;
                break;
        }

        if (outcome.IsDone)
        {
            completion.Data(buffer.AsSpan(0, length));
        }

        return FailIfFailed(completion, outcome);
    }

    private static Outcome FailIfFailed(FuseCompletion completion, Outcome outcome)
    {
        if (outcome.Errno != Errno.None)
        {
            completion.Fail(outcome.Errno);
        }

        return outcome;
    }

    private Outcome Lookup(PendingRequest request, in Caller caller)
    {
        FuseEntryOut entry = default;
        Outcome outcome = handlers.Names.Lookup(in caller, request.Name, ref entry);
        if (outcome.IsDone && !request.Completion.Entry(in entry) && entry.NodeId != 0)
        {
            nodes.Forget(entry.NodeId, 1);
        }

        return FailIfFailed(request.Completion, outcome);
    }

    private Outcome Open(PendingRequest request, in Caller caller)
    {
        FuseOpenOut opened = default;
        Outcome outcome = handlers.Opens.Open(in caller, ref opened);
        if (outcome.IsDone && !request.Completion.Opened(in opened))
        {
            handlers.Opens.Release(opened.Handle);
        }

        return FailIfFailed(request.Completion, outcome);
    }

    private Span<byte> Room(FuseReadIn arguments) => buffer.AsSpan(0, (int)Math.Min(arguments.Size, (uint)buffer.Length));
}
