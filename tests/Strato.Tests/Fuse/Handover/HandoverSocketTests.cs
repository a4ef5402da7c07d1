using System.Text;
using Strato.Fuse.Handover;
using Strato.Posix;

namespace Strato.Tests.Fuse.Handover;

/// <summary>The messages between daemon and holder.</summary>
public sealed class HandoverSocketTests : IDisposable
{
    private readonly FileDescriptor here;
    private readonly FileDescriptor there;
    private readonly byte[] buffer = new byte[HandoverMessage.MaxText];

    public HandoverSocketTests()
    {
        DescriptorSocket.CreatePair(out FileDescriptor? first, out FileDescriptor? second, keepsMessages: true).ThrowIfFailed("make a pair");
        here = first!;
        there = second!;
    }

    [Fact]
    public void A_message_brings_its_tag_number_text_and_descriptor()
    {
        MemoryFile.Create("kept"u8, out FileDescriptor? file).ThrowIfFailed("make");
        using (file)
        {
            Assert.Equal(Errno.None, HandoverSocket.Send(here, HandoverMessageType.Kept, tag: 17, number: 9, "0.1.0 /opt/strato"u8, file));
        }

        Errno errno = HandoverSocket.Receive(there, buffer, out HandoverMessage head, out ReadOnlySpan<byte> text, out FileDescriptor? descriptor);

        Assert.Equal(Errno.None, errno);
        Assert.Equal((HandoverMessageType.Kept, 17u, 9u), (head.Type, head.Tag, head.Number));
        Assert.Equal("0.1.0 /opt/strato", Encoding.UTF8.GetString(text));
        Assert.NotNull(descriptor);
        descriptor.Dispose();
    }

    [Fact]
    public void A_text_that_is_too_long_is_cut()
    {
        Assert.Equal(Errno.None, HandoverSocket.Send(here, HandoverMessageType.Welcome, text: new byte[5000]));

        Assert.Equal(Errno.None, HandoverSocket.Receive(there, buffer, out _, out ReadOnlySpan<byte> text, out _));
        Assert.Equal(HandoverMessage.MaxText, text.Length);
    }

    [Fact]
    public void A_later_version_with_more_behind_it_is_understood()
    {
        byte[] later = [.. "SHLD"u8, 9, 0, (byte)HandoverMessageType.Commit, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. "what is new"u8];
        Assert.Equal(Errno.None, DescriptorSocket.Send(here, later, null));

        Assert.Equal(Errno.None, HandoverSocket.Receive(there, buffer, out HandoverMessage head, out _, out _));
        Assert.Equal(HandoverMessageType.Commit, head.Type);
    }

    [Theory]
    [InlineData("SHLD")]
    [InlineData("SHLX0123456789ab")]
    [InlineData("SHLD\0\0rest of it here")]
    public void What_is_no_message_is_refused_and_its_descriptor_closed(string bytes)
    {
        MemoryFile.Create("stray"u8, out FileDescriptor? file).ThrowIfFailed("make");
        using (file)
        {
            Assert.Equal(Errno.None, DescriptorSocket.Send(here, Encoding.Latin1.GetBytes(bytes), file));
        }

        Assert.Equal(Errno.EPROTO, HandoverSocket.Receive(there, buffer, out _, out _, out FileDescriptor? descriptor));
        Assert.Null(descriptor);
    }

    [Fact]
    public void The_end_of_the_other_side_is_told()
    {
        here.Dispose();

        Assert.Equal(Errno.EPIPE, HandoverSocket.Receive(there, buffer, out _, out _, out _));
        Assert.Equal(Errno.EPIPE, HandoverSocket.Send(there, HandoverMessageType.Held));
    }

    public void Dispose()
    {
        here.Dispose();
        there.Dispose();
    }
}
