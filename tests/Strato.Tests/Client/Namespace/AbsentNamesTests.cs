using System.Text;
using Strato.Client.Namespace;
using Strato.Fuse.Protocol;
using Strato.Testing.Fuse;

namespace Strato.Tests.Client.Namespace;

public sealed class AbsentNamesTests
{
    [Fact]
    public void A_set_holds_each_name_once_until_it_is_full()
    {
        AbsentNameSet names = new(100);
        Assert.True(names.IsEmpty);
        Assert.True(names.TryAdd(1, "a"u8));
        Assert.True(names.TryAdd(1, "a"u8));
        Assert.True(names.TryAdd(2, "a"u8));
        Assert.True(names.TryAdd(1, [0xFF, 0]));

        Assert.Equal(["1 61", "2 61", "1 ff00"], Names(names));
        Assert.False(names.TryAdd(3, new byte[80]));
        Assert.True(names.TryAdd(2, "a"u8));
        names.Clear();
        Assert.Empty(Names(names));
        Assert.True(names.TryAdd(3, new byte[80]));
    }

    [Fact]
    public void A_set_of_many_names_loses_none()
    {
        AbsentNameSet names = new(512 * 1024);
        int added = 0;
        while (names.TryAdd((ulong)(added % 7), Encoding.UTF8.GetBytes($"{added}")))
        {
            added++;
        }

        Assert.True(added > 30_000);
        Assert.Equal(added, Names(names).Distinct(StringComparer.Ordinal).Count());
        for (int i = 0; i < added; i++)
        {
            Assert.True(names.TryAdd((ulong)(i % 7), Encoding.UTF8.GetBytes($"{i}")));
        }
    }

    [Fact]
    public void Every_name_is_expired_by_two_calls_and_then_forgotten()
    {
        using FakeKernel kernel = new(new MemoryFileSystem(MemoryTree.Create(), new LateAnswers(TimeSpan.Zero)));
        AbsentNames absences = new();
        Assert.True(absences.TryRemember(5, "early"u8));

        absences.Expire(kernel.Connection.Notifier);
        Assert.Equal(["5 early"], Received(kernel));
        Assert.True(absences.TryRemember(6, "late"u8));
        absences.Expire(kernel.Connection.Notifier);
        Assert.Equal(["5 early", "6 late"], Received(kernel));
        absences.Expire(kernel.Connection.Notifier);
        Assert.Equal(["6 late"], Received(kernel));
        absences.Expire(kernel.Connection.Notifier);
        Assert.Empty(Received(kernel));
    }

    [Fact]
    public void Absences_are_kept_for_long_only_where_they_can_be_expired()
    {
        TimeSpan shortest = TimeSpan.FromSeconds(60);
        KernelCache older = new(shortest, isPinned: false);
        KernelCache newer = new(shortest, isPinned: false);
        KernelCache pinned = new(shortest, isPinned: true);
        newer.Negotiate(canExpireNames: true);

        Assert.Equal((60UL, 60UL), (older.EntryValidity, older.AbsenceValidity(1, "a"u8)));
        Assert.Equal((86400UL, 300UL), (newer.EntryValidity, newer.AbsenceValidity(1, "a"u8)));
        Assert.Equal((86400UL, 86400UL), (pinned.EntryValidity, pinned.AbsenceValidity(1, "a"u8)));
    }

    private static List<string> Names(AbsentNameSet names)
    {
        List<string> all = [];
        int cursor = 0;
        while (names.TryStep(ref cursor, out ulong parent, out ReadOnlySpan<byte> name))
        {
            all.Add($"{parent} {Convert.ToHexStringLower(name)}");
        }

        return all;
    }

    private static List<string> Received(FakeKernel kernel)
    {
        List<string> names = [];
        while (!kernel.IsSilent())
        {
            FakeReply message = kernel.Receive();
            FuseNotifyInvalEntryOut entry = message.As<FuseNotifyInvalEntryOut>();
            Assert.Equal(1U, entry.Flags);
            names.Add($"{entry.Parent} {Encoding.UTF8.GetString(message.Payload.AsSpan(16, (int)entry.NameLength))}");
        }

        return names;
    }
}
