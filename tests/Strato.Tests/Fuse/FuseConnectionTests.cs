using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;
using Strato.Testing.Fuse;

namespace Strato.Tests.Fuse;

/// <summary>A connection against a kernel that the test plays.</summary>
public sealed class FuseConnectionTests : IDisposable
{
    private readonly MemoryTree tree = MemoryTree.Create();
    private readonly MemoryFileSystem fileSystem;
    private readonly ConcurrentQueue<FuseFault> faults = [];
    private readonly FakeKernel kernel;
    private volatile bool callersDie;

    public FuseConnectionTests()
    {
        fileSystem = new MemoryFileSystem(tree, new LateAnswers(TimeSpan.Zero));
        kernel = new FakeKernel(fileSystem, new FuseConnectionOptions { Workers = 2, OnFault = faults.Enqueue, IsCallerDying = _ => callersDie });
    }

    public void Dispose() => kernel.Dispose();

    [Fact]
    public async Task Init_settles_both_sides()
    {
        FuseInitOut agreed = kernel.Start();

        Assert.Equal(7U, agreed.Major);
        Assert.Equal(256 * 4096 / Environment.SystemPageSize, agreed.MaxPages);
        FuseNegotiation negotiated = await kernel.Connection.Initialized;
        Assert.Equal(FuseConnectionOptions.ReadOnlyFlags, negotiated.Flags);
        Assert.Equal(negotiated, fileSystem.Negotiated);
    }

    [Fact]
    public async Task A_kernel_that_is_too_old_is_told_so()
    {
        kernel.Connection.Start();

        FakeReply reply = kernel.Ask(FuseOpcode.Init, 0, FakeKernel.Bytes(new FuseInitIn { Major = 7, Minor = 8 }));

        Assert.Equal(Errno.EPROTO, reply.Errno);
        PosixException exception = await Assert.ThrowsAsync<PosixException>(() => kernel.Connection.Initialized);
        Assert.Contains("FUSE 7.8", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_get_their_outputs()
    {
        kernel.Start();
        MemoryNode file = tree.At("files/4097");

        FakeReply found = kernel.Ask(FuseOpcode.Lookup, tree.At("files").Id, "4097\0"u8);
        FakeReply absent = kernel.Ask(FuseOpcode.Lookup, tree.At("files").Id, "absent\0"u8);
        FakeReply attributes = kernel.Ask(FuseOpcode.GetAttr, file.Id, new byte[16]);
        FakeReply read = kernel.Ask(FuseOpcode.Read, file.Id, FakeKernel.Bytes(new FuseReadIn { Offset = 4000, Size = 4096 }));
        FakeReply link = kernel.Ask(FuseOpcode.ReadLink, tree.At("links/longest").Id);

        Assert.Equal(file.Id, found.As<FuseEntryOut>().NodeId);
        Assert.Equal((0UL, fileSystem.Validity), (absent.As<FuseEntryOut>().NodeId, absent.As<FuseEntryOut>().EntryValid));
        Assert.Equal(4097UL, attributes.As<FuseAttrOut>().Attributes.Size);
        Assert.Equal(MemoryTree.Pattern(4097)[4000..], read.Payload);
        Assert.Equal(tree.At("links/longest").Content, link.Payload);
    }

    [Theory]
    [InlineData(FuseOpcode.Write, Errno.EROFS)]
    [InlineData(FuseOpcode.MkDir, Errno.EROFS)]
    [InlineData(FuseOpcode.SetAttr, Errno.EROFS)]
    [InlineData(FuseOpcode.Create, Errno.EROFS)]
    [InlineData(FuseOpcode.Flush, Errno.ENOSYS)]
    [InlineData(FuseOpcode.Statx, Errno.ENOSYS)]
    [InlineData(FuseOpcode.Access, Errno.ENOSYS)]
    [InlineData((FuseOpcode)4242, Errno.ENOSYS)]
    public void What_is_not_served_is_answered(FuseOpcode opcode, Errno errno)
    {
        kernel.Start();

        FakeReply reply = kernel.Ask(opcode, 1, "no such name\0"u8);

        Assert.Equal(errno, reply.Errno);
        Assert.Empty(reply.Payload);
        Assert.Empty(faults);
    }

    [Fact]
    public void A_file_cannot_be_opened_for_writing()
    {
        kernel.Start();

        Assert.Equal(Errno.EROFS, kernel.Ask(FuseOpcode.Open, tree.At("files/0").Id, FakeKernel.Bytes(new FuseOpenIn { Flags = 2 })).Errno);
        Assert.Equal(Errno.None, kernel.Ask(FuseOpcode.Open, tree.At("files/0").Id, FakeKernel.Bytes(new FuseOpenIn { Flags = 0x8000 })).Errno);
    }

    [Theory]
    [InlineData(0, Errno.None, 8)]
    [InlineData(4, Errno.ERANGE, 0)]
    [InlineData(5, Errno.None, 5)]
    [InlineData(4096, Errno.None, 5)]
    public void An_attribute_is_its_size_its_value_or_too_long(uint room, Errno errno, int length)
    {
        kernel.Start();

        FakeReply reply = kernel.Ask(
            FuseOpcode.GetXattr, tree.At("attributes/file").Id, [.. FakeKernel.Bytes(new FuseGetXattrIn { Size = room }), .. "user.short\0"u8]);

        Assert.Equal(errno, reply.Errno);
        Assert.Equal(length, reply.Payload.Length);
        Assert.Equal(room == 0 ? 5U : 0U, room == 0 ? BinaryPrimitives.ReadUInt32LittleEndian(reply.Payload) : 0U);
    }

    [Fact]
    public void Forgets_have_no_reply_and_all_count()
    {
        kernel.Start();
        ulong folder = tree.At("files").Id;
        ulong id = kernel.Ask(FuseOpcode.Lookup, folder, "4097\0"u8).As<FuseEntryOut>().NodeId;
        kernel.Ask(FuseOpcode.Lookup, folder, "4097\0"u8);
        kernel.Ask(FuseOpcode.Lookup, folder, "4097\0"u8);
        Assert.Equal(3, fileSystem.Lookups(id));

        kernel.Send(FuseOpcode.Forget, id, FakeKernel.Bytes(new FuseForgetIn { Lookups = 1 }));
        kernel.Send(
            FuseOpcode.BatchForget,
            0,
            [.. FakeKernel.Bytes(new FuseBatchForgetIn { Count = 2 }), .. FakeKernel.Bytes(new FuseForgetOne { NodeId = id, Lookups = 1 }), .. FakeKernel.Bytes(new FuseForgetOne { NodeId = id, Lookups = 1 })]);

        Assert.True(SpinWait.SpinUntil(() => fileSystem.Lookups(id) == 0, TimeSpan.FromSeconds(10)));
        Assert.True(kernel.IsSilent());
    }

    [Theory]
    [InlineData(FuseOpcode.Lookup, 0)]
    [InlineData(FuseOpcode.GetAttr, 15)]
    [InlineData(FuseOpcode.Open, 7)]
    [InlineData(FuseOpcode.Read, 39)]
    [InlineData(FuseOpcode.ReadDir, 39)]
    [InlineData(FuseOpcode.Release, 23)]
    [InlineData(FuseOpcode.GetXattr, 8)]
    [InlineData(FuseOpcode.ListXattr, 7)]
    [InlineData(FuseOpcode.Access, 7)]
    [InlineData(FuseOpcode.Lseek, 23)]
    public void Requests_that_are_too_short_are_refused(FuseOpcode opcode, int length)
    {
        kernel.Start();

        byte[] body = [.. Enumerable.Repeat((byte)1, length)];

        Assert.Equal(Errno.EINVAL, kernel.Ask(opcode, 1, body).Errno);
    }

    [Fact]
    public void Reads_beyond_what_was_agreed_are_refused()
    {
        kernel.Start();
        ulong id = tree.At("files/5000011").Id;

        Assert.Equal(Errno.EINVAL, kernel.Ask(FuseOpcode.Read, id, FakeKernel.Bytes(new FuseReadIn { Size = (1 << 20) + 1 })).Errno);
        Assert.Equal(Errno.EINVAL, kernel.Ask(FuseOpcode.Read, id, FakeKernel.Bytes(new FuseReadIn { Size = 1, Offset = ulong.MaxValue })).Errno);
    }

    [Fact]
    public void A_message_of_a_wrong_length_is_reported_and_passed_over()
    {
        kernel.Start();

        kernel.SendRaw("too short to be a request"u8);
        kernel.SendRaw([.. FakeKernel.Bytes(new FuseInHeader { Length = 999, Opcode = FuseOpcode.StatFs, Unique = 4 })]);

        Assert.Equal(Errno.None, kernel.Ask(FuseOpcode.StatFs, 1).Errno);
        Assert.True(SpinWait.SpinUntil(() => faults.Count == 2, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void A_handler_that_throws_gives_EIO_and_one_report()
    {
        kernel.Start();

        FakeReply reply = kernel.Ask(FuseOpcode.Open, tree.At("broken/open").Id, new byte[8]);

        Assert.Equal(Errno.EIO, reply.Errno);
        FuseFault fault = Assert.Single(faults);
        Assert.Equal(FuseOpcode.Open, fault.Opcode);
        Assert.Equal(reply.Unique, fault.Unique);
        Assert.Equal("this file is broken on purpose", fault.Exception.Message);
    }

    [Fact]
    public void A_deferred_request_is_answered_from_elsewhere()
    {
        kernel.Start();

        FakeReply reply = kernel.Ask(FuseOpcode.Read, tree.At("late/read").Id, FakeKernel.Bytes(new FuseReadIn { Offset = 10, Size = 20 }));

        Assert.Equal(MemoryTree.Pattern(300_000, 7)[10..30], reply.Payload);
        Assert.Equal(0, kernel.Connection.DeferredCount);
    }

    [Fact]
    public void The_number_of_a_request_that_is_sent_again_is_echoed()
    {
        kernel.Start();
        ulong resent = 40 | (1UL << 63);

        kernel.SendAs(resent, FuseOpcode.StatFs, 1);
        Assert.Equal(resent, kernel.Receive().Unique);

        kernel.SendAs(resent, FuseOpcode.Open, tree.At("late/open").Id, new byte[8]);
        Assert.Equal(resent, kernel.Receive().Unique);
    }

    [Fact]
    public void An_interrupted_caller_that_dies_is_let_go()
    {
        kernel.Start();
        ulong stuck = kernel.Send(FuseOpcode.Open, tree.At("stuck/open").Id, new byte[8]);
        Assert.True(SpinWait.SpinUntil(() => kernel.Connection.DeferredCount == 1, TimeSpan.FromSeconds(10)));
        kernel.SendAs(stuck | 1, FuseOpcode.Interrupt, 0, FakeKernel.Bytes(new FuseInterruptIn { Unique = stuck }));
        kernel.Ask(FuseOpcode.StatFs, 1);
        Assert.Equal(1, kernel.Connection.DeferredCount);

        callersDie = true;

        FakeReply reply = kernel.Receive();
        Assert.Equal((stuck, Errno.EINTR), (reply.Unique, reply.Errno));
        Assert.True(SpinWait.SpinUntil(() => fileSystem.InterruptedCount == 1, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void An_interrupt_that_overtakes_its_request_counts()
    {
        callersDie = true;
        kernel.Start();
        ulong next = 100;
        kernel.SendAs(next | 1, FuseOpcode.Interrupt, 0, FakeKernel.Bytes(new FuseInterruptIn { Unique = next }));
        kernel.Ask(FuseOpcode.StatFs, 1);

        kernel.SendAs(next, FuseOpcode.Open, tree.At("stuck/open").Id, new byte[8]);

        FakeReply reply = kernel.Receive();
        Assert.Equal((next, Errno.EINTR), (reply.Unique, reply.Errno));
    }

    [Fact]
    public async Task The_unmount_ends_every_worker_and_destroys_once()
    {
        kernel.Start();
        Assert.Equal(Errno.None, kernel.Ask(FuseOpcode.Destroy, 0).Errno);
        Assert.True(fileSystem.IsDestroyed);

        kernel.Dispose();

        Assert.Equal(Errno.None, await kernel.Connection.Ended.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Notifications_have_the_kernels_layout()
    {
        kernel.Start();

        kernel.Connection.Notifier.InvalidateInode(5, 6, 7);
        kernel.Connection.Notifier.ExpireEntry(9, "name"u8);
        kernel.Connection.Notifier.IncrementEpoch();
        kernel.Connection.Notifier.Resend();

        FakeReply inode = kernel.Receive();
        Assert.Equal((0UL, (int)FuseNotification.InvalInode), (inode.Unique, inode.Code));
        FuseNotifyInvalInodeOut invalidated = inode.As<FuseNotifyInvalInodeOut>();
        Assert.Equal((5UL, 6L, 7L), (invalidated.NodeId, invalidated.Offset, invalidated.Length));
        FakeReply entry = kernel.Receive();
        FuseNotifyInvalEntryOut expired = entry.As<FuseNotifyInvalEntryOut>();
        Assert.Equal(((int)FuseNotification.InvalEntry, 9UL, 4U, 1U), (entry.Code, expired.Parent, expired.NameLength, expired.Flags));
        Assert.Equal("name\0", Encoding.UTF8.GetString(entry.Payload.AsSpan(16)));
        Assert.Equal(((int)FuseNotification.IncEpoch, 0), (kernel.Receive().Code, inode.Payload.Length - 24));
        FakeReply resend = kernel.Receive();
        Assert.Equal((7, 0), (resend.Code, resend.Payload.Length));
    }
}
