using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;
using Strato.Testing.Fuse;
using Strato.Testing.Measuring;

namespace Strato.Tests.Fuse;

/// <summary>Architecture decision 3: a warm request allocates nothing.</summary>
public sealed class WorkerAllocationTests
{
    [Fact]
    public void Reading_serving_and_replying_allocate_nothing()
    {
        MemoryTree tree = MemoryTree.Create();
        MemoryFileSystem fileSystem = new(tree, new LateAnswers(TimeSpan.Zero));
        DescriptorSocket.CreatePair(out FileDescriptor? kernel, out FileDescriptor? device, keepsMessages: true).ThrowIfFailed("make a socket pair");
        using (kernel)
        {
            using FuseConnection connection = new(device!, fileSystem, new FuseConnectionOptions());
            using FuseWorker worker = new(connection, new RequestDispatcher(fileSystem), 1 << 20);
            ulong file = tree.At("files/131073").Id;
            byte[][] requests =
            [
                Request(FuseOpcode.Lookup, tree.At("files").Id, "131073\0"u8),
                Request(FuseOpcode.GetAttr, file, FakeKernel.Bytes(default(FuseGetAttrIn))),
                Request(FuseOpcode.Open, file, FakeKernel.Bytes(default(FuseOpenIn))),
                Request(FuseOpcode.Read, file, FakeKernel.Bytes(new FuseReadIn { Size = 65536, Offset = 1000 })),
                Request(FuseOpcode.Release, file, FakeKernel.Bytes(default(FuseReleaseIn))),
                Request(FuseOpcode.ReadDirPlus, tree.At("names").Id, FakeKernel.Bytes(new FuseReadIn { Size = 4096 })),
                Request(FuseOpcode.ReadDir, tree.At("names").Id, FakeKernel.Bytes(new FuseReadIn { Size = 4096 })),
                Request(FuseOpcode.ReadLink, tree.At("links/relative").Id, default),
                Request(FuseOpcode.StatFs, 1, default),
                Request(FuseOpcode.ListXattr, tree.At("attributes/file").Id, FakeKernel.Bytes(new FuseGetXattrIn { Size = 65536 })),
                Request(FuseOpcode.Lookup, 1, "absent\0"u8),
                Request(FuseOpcode.Forget, file, FakeKernel.Bytes(new FuseForgetIn { Lookups = 1 })),
            ];
            byte[] reply = new byte[1 << 20];
            Assert.Equal(0, Garbage.Least(() =>
            {
                for (int i = 0; i < 100; i++)
                {
                    ServeAll(kernel!, worker, requests, reply);
                }
            }));
        }
    }

    private static void ServeAll(FileDescriptor kernel, FuseWorker worker, byte[][] requests, byte[] reply)
    {
        for (int i = 0; i < requests.Length; i++)
        {
            PosixFile.WriteAll(kernel, requests[i]).ThrowIfFailed("send");
            worker.ServeOne().ThrowIfFailed("serve");
            if (i < requests.Length - 1)
            {
                PosixFile.Read(kernel, reply, out int count).ThrowIfFailed("receive");
                ArgumentOutOfRangeException.ThrowIfLessThan(count, 16);
            }
        }
    }

    private static byte[] Request(FuseOpcode opcode, ulong nodeId, ReadOnlySpan<byte> body)
    {
        FuseInHeader header = new() { Length = (uint)(40 + body.Length), Opcode = opcode, Unique = 2, NodeId = nodeId };
        return [.. FakeKernel.Bytes(header), .. body];
    }
}
