using Strato.Client.Reading;
using Strato.Posix;

namespace Strato.Tests.Client.Reading;

/// <summary>All opens of a node at one time are alike, and the kernel's table has an entry exactly as long as one of them lasts.</summary>
public sealed class PassthroughTests
{
    private const ulong Node = 7;

    private readonly FakeKernel kernel = new();
    private readonly List<string> notices = [];
    private readonly Passthrough passthrough;

    public PassthroughTests()
    {
        passthrough = new Passthrough(notices.Add);
        passthrough.Connect(kernel);
    }

    [Fact]
    public void Later_opens_use_the_first_ones_backing_file_and_the_last_close_frees_it()
    {
        int first = passthrough.Enter(Node, 30);
        Assert.NotEqual(Passthrough.None, first);
        Assert.Equal(first, passthrough.Enter(Node, 31));
        Assert.NotEqual(first, passthrough.Enter(Node + 1, 32));
        Assert.Equal(2, passthrough.Count);

        passthrough.Leave(Node);
        Assert.Contains(first, kernel.Entered);
        passthrough.Leave(Node);
        Assert.DoesNotContain(first, kernel.Entered);
        Assert.Equal(1, passthrough.Count);
    }

    [Fact]
    public void What_was_opened_ordinarily_stays_so_until_its_last_close()
    {
        kernel.Refusal = Errno.ELOOP;
        Assert.Equal(Passthrough.None, passthrough.Enter(Node, 30));
        kernel.Refusal = Errno.None;
        Assert.Equal(Passthrough.None, passthrough.Enter(Node, 31));

        passthrough.Leave(Node);
        Assert.Equal(Passthrough.None, passthrough.Enter(Node, 32));
        passthrough.Leave(Node);
        passthrough.Leave(Node);
        Assert.NotEqual(Passthrough.None, passthrough.Enter(Node, 33));
    }

    [Fact]
    public void A_refusal_is_told_once_for_each_reason()
    {
        kernel.Refusal = Errno.ELOOP;
        passthrough.Enter(1, 30);
        passthrough.Enter(2, 30);
        kernel.Refusal = Errno.EPERM;
        passthrough.Enter(3, 30);
        passthrough.Enter(4, 30);
        Assert.Equal(2, notices.Count);
        Assert.All(notices, line => Assert.DoesNotContain('\n', line));
    }

    [Fact]
    public void Without_a_kernel_that_does_it_nothing_is_passed_through()
    {
        Passthrough unconnected = new(notices.Add);
        Assert.Equal(Passthrough.None, unconnected.Enter(Node, 30));
        unconnected.Leave(Node);
        unconnected.Leave(Node);
        Assert.Empty(notices);
    }

    [Fact]
    public void A_successor_goes_on_with_the_numbers_that_its_predecessor_wrote_down()
    {
        using OpenFiles before = new(passthrough);
        OpenFile file = before.Take(unique: 2, out ulong handle);
        file.OpenWhole(attachment: null, 10, default, default, externalPath: null, objectSlot: 0);
        int backingId = passthrough.Enter(Node, 30);
        file.Count(Node, backingId);
        Assert.True(before.TryRecord(handle, 2, file));

        Passthrough next = new(notices.Add);
        next.Connect(kernel);
        PosixFile.Duplicate(before.File, out FileDescriptor? copy).ThrowIfFailed("duplicate");
        using OpenFiles after = new(next, OpenFileStore.Adopt(copy!)!);
        Assert.Equal(backingId, next.Enter(Node, 31));
        after.Release(handle);
        Assert.Contains(backingId, kernel.Entered);
        next.Leave(Node);
        Assert.DoesNotContain(backingId, kernel.Entered);
    }

    [Fact]
    public void An_open_that_comes_again_gives_back_what_its_first_time_took()
    {
        using OpenFiles before = new(passthrough);
        OpenFile file = before.Take(unique: 2, out ulong handle);
        file.OpenWhole(attachment: null, 10, default, default, externalPath: null, objectSlot: 0);
        file.Count(Node, passthrough.Enter(Node, 30));
        Assert.True(before.TryRecord(handle, 2, file));

        Passthrough next = new(notices.Add);
        next.Connect(kernel);
        PosixFile.Duplicate(before.File, out FileDescriptor? copy).ThrowIfFailed("duplicate");
        using OpenFiles after = new(next, OpenFileStore.Adopt(copy!)!);
        after.Take(unique: 2 | (1UL << 63), out _);
        Assert.Empty(kernel.Entered);
        Assert.Equal(0, next.Count);
    }

    private sealed class FakeKernel : IBackingFiles
    {
        private int last;

        public HashSet<int> Entered { get; } = [];

        public Errno Refusal { get; set; }

        public Errno Open(int descriptor, out int backingId)
        {
            backingId = 0;
            if (Refusal == Errno.None)
            {
                Entered.Add(backingId = ++last);
            }

            return Refusal;
        }

        public Errno Close(int backingId) => Entered.Remove(backingId) ? Errno.None : Errno.ENOENT;
    }
}
