using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Strato.Client.Mounting;
using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Tests.Client;

/// <summary>What a successor reads of its predecessor besides nodes and open files.</summary>
public sealed class StateFileTests
{
    private static readonly FuseNegotiation Negotiated = new() { Minor = 45, MaxPages = 256, MaxReadahead = 1 << 20, MaxWrite = 4096, Flags = FuseInitFlags.HasResend };

    [Fact]
    public void A_successor_reads_what_was_agreed_and_the_attachments_of_last()
    {
        using StateFile first = StateFile.Create();
        Assert.Null(first.Negotiation);
        first.SetNegotiation(in Negotiated);
        first.SaveAttachments(() => "a long first text"u8.ToArray());
        first.SaveAttachments(() => "second"u8.ToArray());

        using StateFile second = StateFile.Adopt(Copy(first))!;

        Assert.Equal(Negotiated, second.Negotiation);
        Assert.Equal("second", Encoding.UTF8.GetString(second.Attachments));
        second.SaveAttachments(() => []);
        using StateFile third = StateFile.Adopt(Copy(second))!;
        Assert.Empty(third.Attachments);
    }

    [Theory]
    [InlineData(0, 0xFF)] // magic
    [InlineData(8, 2)] // version
    [InlineData(64, 2)] // which text
    [InlineData(75, 0x7F)] // length
    [InlineData(73, 0x7F)] // a length beyond the file's end
    public void A_file_that_contradicts_itself_is_refused(long offset, byte value)
    {
        using StateFile state = StateFile.Create();
        state.SaveAttachments(() => "text"u8.ToArray());
        PosixFile.WriteAllAt(state.File, [value], offset).ThrowIfFailed("write");

        Assert.Null(StateFile.Adopt(Copy(state)));
    }

    [Fact]
    public void Any_bytes_are_a_state_or_refused() =>
        Prop.ForAll<byte[], NonNegativeInt>((bytes, offset) =>
        {
            using StateFile state = StateFile.Create();
            state.SaveAttachments(() => "text"u8.ToArray());
            PosixFile.WriteAllAt(state.File, bytes, offset.Get % 128).ThrowIfFailed("write");
            using StateFile? adopted = StateFile.Adopt(Copy(state));
            Assert.True(adopted is null or { Attachments.Length: < StateFile.MaxText });
        }).QuickCheckThrowOnFailure();

    private static FileDescriptor Copy(StateFile state)
    {
        PosixFile.Duplicate(state.File, out FileDescriptor? copy).ThrowIfFailed("duplicate");
        return copy!;
    }
}
