using System.Runtime.CompilerServices;
using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;
using Strato.Testing.Fuse;

namespace Strato.Fuzz.Targets;

/// <summary>
/// Requests of the kernel, header and all, served by a memory file system: whatever they say, a reply is no longer than what was asked for.
/// </summary>
internal sealed class FuseRequestTarget : IFuzzTarget, IFuseReplySink
{
    private readonly MemoryTree tree = MemoryTree.Create();
    private readonly RequestDispatcher dispatcher;
    private readonly MemoryNode broken;
    private readonly byte[] payload = new byte[1 << 20];

    public FuseRequestTarget()
    {
        dispatcher = new RequestDispatcher(new MemoryFileSystem(tree, new LateAnswers(TimeSpan.FromHours(1))));
        broken = tree.At("broken");
    }

    public string Name => "fuse-request";

    public IEnumerable<byte[]> Seeds =>
    [
        Seed(FuseOpcode.Lookup, 1, "files\0"u8),
        Seed(FuseOpcode.GetAttr, 1, new byte[16]),
        Seed(FuseOpcode.ReadLink, tree.At("links/relative").Id, []),
        Seed(FuseOpcode.Open, tree.At("files/4097").Id, new byte[8]),
        Seed(FuseOpcode.Read, tree.At("files/4097").Id, FakeKernel.Bytes(new FuseReadIn { Offset = 5, Size = 4096 })),
        Seed(FuseOpcode.ReadDir, tree.At("names").Id, FakeKernel.Bytes(new FuseReadIn { Size = 4096 })),
        Seed(FuseOpcode.ReadDirPlus, tree.At("names").Id, FakeKernel.Bytes(new FuseReadIn { Size = 4096 })),
        Seed(FuseOpcode.GetXattr, tree.At("attributes/file").Id, [.. FakeKernel.Bytes(new FuseGetXattrIn { Size = 100 }), .. "user.short\0"u8]),
        Seed(FuseOpcode.ListXattr, tree.At("attributes/file").Id, FakeKernel.Bytes(new FuseGetXattrIn { Size = 100 })),
        Seed(FuseOpcode.Release, 1, new byte[24]),
        Seed(FuseOpcode.StatFs, 1, []),
        Seed(FuseOpcode.Lseek, 1, new byte[24]),
        Seed(FuseOpcode.BatchForget, 0, [.. FakeKernel.Bytes(new FuseBatchForgetIn { Count = 1 }), .. FakeKernel.Bytes(new FuseForgetOne { NodeId = 1 })]),
    ];

    public bool Run(byte[] input)
    {
        RequestArguments arguments = new(input);
        ref readonly FuseInHeader header = ref arguments.Take<FuseInHeader>();
        if (arguments.IsMalformed)
        {
            return false;
        }

        ReadOnlySpan<byte> body = input.AsSpan(Unsafe.SizeOf<FuseInHeader>());
        if (header.Opcode is FuseOpcode.Forget or FuseOpcode.BatchForget)
        {
            dispatcher.Forget(header, body);
            return true;
        }

        // What is broken on purpose throws on purpose.
        if (tree.Find(header.NodeId) is { } node && (node == broken || node.Parent == broken))
        {
            return false;
        }

        uint room = RequestDispatcher.RoomOf(header.Opcode, body);
        FuseStatus status = dispatcher.Dispatch(new FuseRequest(in header, room, this), body, payload, out int length);
        bool bounded = header.Opcode is FuseOpcode.Read or FuseOpcode.ReadDir or FuseOpcode.ReadDirPlus or FuseOpcode.ReadLink;
        if (status == FuseStatus.Ok && (length < 0 || length > (bounded ? room : payload.Length)))
        {
            throw new InvalidOperationException($"{length} bytes answer a request for {room}");
        }

        return status == FuseStatus.Ok;
    }

    void IFuseReplySink.Defer(in FuseInHeader header)
    {
    }

    bool IFuseReplySink.Reply(ulong unique, Errno errno, ReadOnlySpan<byte> payload) => true;

    private static byte[] Seed(FuseOpcode opcode, ulong nodeId, ReadOnlySpan<byte> body)
    {
        FuseInHeader header = new() { Length = (uint)(Unsafe.SizeOf<FuseInHeader>() + body.Length), Opcode = opcode, Unique = 2, NodeId = nodeId };
        return [.. FakeKernel.Bytes(header), .. body];
    }
}
