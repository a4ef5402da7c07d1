using Strato.Client.Namespace;
using Strato.Client.Nodes;
using Strato.Client.Revisions;
using Strato.Core.Paths;
using Strato.Fuse.Protocol;
using Strato.Testing.Fuse;

namespace Strato.Tests.Client.Revisions;

/// <summary>What the kernel is told, and when.</summary>
public sealed class KernelNoticeTests : IDisposable
{
    private const ushort Attachment = 3;

    private readonly FakeKernel kernel = new(new MemoryFileSystem(MemoryTree.Create(), new LateAnswers(TimeSpan.Zero)));
    private readonly NodeTable nodes = NodeTable.Create(Attachment);
    private readonly KernelNotice notice;

    public KernelNoticeTests()
    {
        kernel.Start();
        notice = new KernelNotice(nodes, new AbsentNames());
        NodeDescription file = new() { Key = RepositoryPath.KeyOf("/a"u8), Attachment = Attachment, Attributes = { Mode = 0x81A4 } };
        Assert.True(nodes.TryRemember(RepositoryPath.Root.Key, NodeIdentity.Root, "a"u8, in file, out _));
    }

    public void Dispose()
    {
        kernel.Dispose();
        nodes.Dispose();
    }

    [Fact]
    public void What_changes_before_there_is_a_connection_is_told_once_there_is_one()
    {
        notice.RevisionChanged(Attachment);
        notice.RevisionChanged(Attachment);
        notice.RevisionChanged(Attachment + 1);
        notice.RootListingChanged();
        Assert.True(kernel.IsSilent());

        notice.Connect(kernel.Connection.Notifier);

        // The root's own attributes, the name and its attributes; then the root's listing.
        Assert.Equal([FuseNotification.InvalInode, FuseNotification.InvalEntry, FuseNotification.InvalInode, FuseNotification.InvalInode], Told());
        notice.Connect(kernel.Connection.Notifier);
        Assert.True(kernel.IsSilent());
    }

    [Fact]
    public void Other_attachments_hear_nothing()
    {
        notice.Connect(kernel.Connection.Notifier);

        notice.RevisionChanged(Attachment + 1);

        Assert.True(kernel.IsSilent());
    }

    private List<FuseNotification> Told()
    {
        List<FuseNotification> told = [];
        while (!kernel.IsSilent())
        {
            told.Add((FuseNotification)kernel.Receive().Code);
        }

        return told;
    }
}
