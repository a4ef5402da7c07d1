using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;
using Strato.Testing.Fuse;

namespace Strato.Tests.Fuse;

/// <summary>Serving a descriptor that another process had initialized.</summary>
public sealed class AdoptionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_successor_asks_for_what_was_not_answered_where_the_kernel_can(bool resends)
    {
        DescriptorSocket.CreatePair(out FileDescriptor? kernel, out FileDescriptor? device, keepsMessages: true).ThrowIfFailed("make a socket pair");
        using (kernel)
        {
            MemoryFileSystem fileSystem = new(MemoryTree.Create(), new LateAnswers(TimeSpan.Zero));
            FuseNegotiation negotiated = new() { Minor = 45, MaxPages = 256, Flags = resends ? FuseInitFlags.HasResend : FuseInitFlags.AsyncRead };
            using FuseConnection connection = FuseConnection.Adopt(device!, fileSystem, new FuseConnectionOptions { Workers = 1 }, negotiated);
            Assert.Equal(negotiated, fileSystem.Negotiated);
            byte[] message = new byte[100];

            connection.Start();
            FuseInHeader request = new() { Length = 40, Opcode = FuseOpcode.StatFs, Unique = 6, NodeId = 1 };
            PosixFile.WriteAll(kernel!, FakeKernel.Bytes(request)).ThrowIfFailed("send");

            if (resends)
            {
                PosixFile.Read(kernel!, message, out int resend).ThrowIfFailed("receive");
                Assert.Equal(FakeKernel.Bytes(new FuseOutHeader { Length = 16, Error = 7, Unique = 0 }), message[..resend]);
            }

            PosixFile.Read(kernel!, message, out int reply).ThrowIfFailed("receive");
            Assert.Equal(16 + 80, reply);
        }
    }

    [Fact]
    public void What_was_negotiated_survives_as_bytes()
    {
        FuseNegotiation negotiated = new()
        {
            Minor = 45,
            MaxPages = 256,
            MaxReadahead = 131072,
            MaxWrite = 4096,
            Flags = FuseConnectionOptions.ReadOnlyFlags,
            Offered = (FuseInitFlags)ulong.MaxValue,
        };

        Assert.Equal(negotiated, System.Runtime.InteropServices.MemoryMarshal.Read<FuseNegotiation>(FakeKernel.Bytes(negotiated)));
    }
}
