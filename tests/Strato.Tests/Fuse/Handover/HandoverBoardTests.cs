using FsCheck;
using FsCheck.Fluent;
using Strato.Fuse.Handover;
using Strato.Posix;

namespace Strato.Tests.Fuse.Handover;

/// <summary>How a daemon tells its holder to start it again.</summary>
public sealed class HandoverBoardTests
{
    private static readonly HandoverOrder Order = new()
    {
        Program = "/opt/new/strato"u8.ToArray(),
        PreviousProgram = "/opt/old/strato"u8.ToArray(),
        Arguments = ["mount"u8.ToArray(), [], [0xFF, 0x80, (byte)'\n'], "/cvmfs/x"u8.ToArray()],
        Directory = "/srv"u8.ToArray(),
        HangLimit = TimeSpan.FromSeconds(7),
        OutOfMemoryScore = -17,
    };

    [Fact]
    public void An_order_is_read_as_it_was_written_to_the_byte()
    {
        using FileDescriptor board = Create(Order);

        HandoverOrder read = HandoverBoard.Read(board)!;

        Assert.Equal(Order.Program, read.Program);
        Assert.Equal(Order.PreviousProgram, read.PreviousProgram);
        Assert.Equal(Order.Arguments, read.Arguments);
        Assert.Equal(Order.Directory, read.Directory);
        Assert.Equal((Order.HangLimit, Order.OutOfMemoryScore), (read.HangLimit, read.OutOfMemoryScore));
    }

    [Fact]
    public void Progress_and_signs_of_life_do_not_touch_the_order()
    {
        using FileDescriptor board = Create(Order);

        Assert.Equal(0, HandoverBoard.ReadLife(board));
        HandoverBoard.WriteProgress(board, long.MinValue).ThrowIfFailed("write");
        HandoverBoard.WriteLife(board, long.MaxValue).ThrowIfFailed("write");

        Assert.Equal(long.MinValue, HandoverBoard.ReadProgress(board));
        Assert.Equal(long.MaxValue, HandoverBoard.ReadLife(board));
        Assert.Equal(Order.Arguments, HandoverBoard.Read(board)!.Arguments);
    }

    [Fact]
    public void An_order_that_cannot_be_written_down_is_refused()
    {
        Assert.Equal(Errno.EINVAL, HandoverBoard.Create(Order with { Arguments = [[1, 0, 2]] }, out _));
        Assert.Equal(Errno.E2BIG, HandoverBoard.Create(Order with { Arguments = [new byte[HandoverBoard.MaxText]] }, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(28)]
    [InlineData(31)]
    public void A_board_with_a_wrong_byte_in_its_header_is_refused(int offset)
    {
        using FileDescriptor board = Create(Order);
        PosixFile.WriteAllAt(board, [0xFE], offset).ThrowIfFailed("write");

        Assert.Null(HandoverBoard.Read(board));
    }

    [Fact]
    public void Any_bytes_are_an_order_or_refused() =>
        Prop.ForAll<byte[], NonNegativeInt>((bytes, offset) =>
        {
            using FileDescriptor board = Create(Order);
            PosixFile.WriteAllAt(board, bytes, offset.Get % 200).ThrowIfFailed("write");
            Assert.True(HandoverBoard.Read(board) is null or { Program.Length: > 0 });
        }).QuickCheckThrowOnFailure();

    private static FileDescriptor Create(HandoverOrder order)
    {
        HandoverBoard.Create(order, out FileDescriptor? board).ThrowIfFailed("create");
        return board!;
    }
}
