using System.Text;
using Strato.Client.Nodes;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Testing.Measuring;

namespace Strato.Tests.Client.Nodes;

public sealed class NodeTableTests : IDisposable
{
    private static readonly PathKey Attachment = RepositoryPath.KeyOf("repo.example.org"u8);

    private readonly NodeTable table = NodeTable.Create(rootAttachment: 0);

    public void Dispose() => table.Dispose();

    [Fact]
    public void Directory_keeps_its_id_when_its_attributes_change()
    {
        ulong before = Remember(NodeIdentity.Root, "", "sw", Directory(epoch: 1));
        ulong after = Remember(NodeIdentity.Root, "", "sw", Directory(epoch: 2) with { Attributes = Directory(2).Attributes with { Mtime = 5 } });

        Assert.Equal(before, after);
        Assert.True(table.TryGet(before, out NodeRecord record));
        Assert.Equal(2ul, record.Lookups);
        Assert.Equal(5, record.Attributes.Mtime);
    }

    [Fact]
    public void Changed_content_is_another_node_and_the_old_one_stays_readable()
    {
        ulong before = Remember(NodeIdentity.Root, "", "file", File(content: 1));
        ulong after = Remember(NodeIdentity.Root, "", "file", File(content: 2, epoch: 2));

        Assert.NotEqual(before, after);
        Assert.True(table.TryGet(before, out NodeRecord old));
        Assert.Equal(Hash(1), old.Content);
    }

    [Fact]
    public void Ids_are_the_same_in_every_table_and_differ_between_attachments()
    {
        using NodeTable other = NodeTable.Create(rootAttachment: 0);
        NodeDescription node = Directory() with { Key = RepositoryPath.KeyOf("/a"u8) };

        Assert.True(table.TryRemember(Attachment, NodeIdentity.Root, "a"u8, in node, out ulong here));
        Assert.True(other.TryRemember(Attachment, NodeIdentity.Root, "a"u8, in node, out ulong there));
        Assert.True(other.TryRemember(RepositoryPath.KeyOf("other"u8), NodeIdentity.Root, "a"u8, node with { Attachment = 1 }, out ulong elsewhere));

        Assert.Equal(here, there);
        Assert.NotEqual(here, elsewhere);
        Assert.InRange(here, 2ul, (ulong)long.MaxValue);
    }

    [Fact]
    public void Hard_links_share_a_node_within_their_catalog_only()
    {
        NodeDescription member = File(content: 1) with { GroupScope = RepositoryPath.KeyOf("/nested"u8) };
        member.Attributes.HardlinkGroup = 3;
        NodeDescription foreign = member with { GroupScope = RepositoryPath.KeyOf("/other"u8) };

        ulong first = Remember(NodeIdentity.Root, "", "one", member);
        ulong second = Remember(NodeIdentity.Root, "", "two", member);
        ulong third = Remember(NodeIdentity.Root, "", "three", foreign);

        Assert.Equal(first, second);
        Assert.NotEqual(first, third);
    }

    [Fact]
    public void Another_node_under_the_same_id_gets_the_next_one()
    {
        NodeDescription wanted = File(content: 1) with { Key = RepositoryPath.KeyOf("/file"u8) };
        ulong id = NodeIdentity.Of(Attachment, in wanted);
        NodeRecord record = new()
        {
            Id = id,
            Key = RepositoryPath.KeyOf("/intruder"u8),
            Attributes = wanted.Attributes,
            Content = wanted.Content,
        };

        Assert.False(NodeIdentity.IsSame(in record, in wanted));
        Assert.NotEqual(id, NodeIdentity.Next(id));
        Assert.InRange(NodeIdentity.Next(id), 2ul, (ulong)long.MaxValue);
    }

    [Fact]
    public void Paths_are_rebuilt_from_names_that_are_not_text()
    {
        ulong top = Remember(NodeIdentity.Root, "", "top", Directory());
        byte[] odd = [.. "latin1-"u8, 0xE9];
        NodeDescription node = Directory() with { Key = RepositoryPath.KeyOf([.. "/top/"u8, .. odd]) };
        Assert.True(table.TryRemember(Attachment, top, odd, in node, out ulong id));

        Assert.Equal([.. "/top/"u8, .. odd], PathOf(id));
        Assert.Empty(PathOf(NodeIdentity.Root));
    }

    [Fact]
    public void Path_that_does_not_fit_the_buffer_is_refused()
    {
        ulong id = Remember(NodeIdentity.Root, "", "12345", Directory());

        Assert.False(table.TryGetPath(id, new byte[5], out _));
        Assert.True(table.TryGetPath(id, new byte[6], out ReadOnlySpan<byte> path));
        Assert.Equal("/12345"u8, path);
    }

    [Fact]
    public void Forgotten_parent_stays_until_its_last_child_goes()
    {
        ulong top = Remember(NodeIdentity.Root, "", "top", Directory());
        ulong below = Remember(top, "/top", "below", Directory());

        table.Forget(top, 1);
        Assert.Equal("/top/below"u8.ToArray(), PathOf(below));
        table.Forget(below, 1);

        Assert.False(table.TryGet(top, out _));
        Assert.False(table.TryGet(below, out _));
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Forgets_of_unknown_ids_and_of_too_many_lookups_are_harmless()
    {
        ulong id = Remember(NodeIdentity.Root, "", "a", Directory());

        table.Forget(id + 1, 7);
        table.Forget(NodeIdentity.Root, ulong.MaxValue);
        table.Forget(id, ulong.MaxValue);
        table.Forget(id, 1);

        Assert.Equal(1, table.Count);
        Assert.True(table.TryGet(NodeIdentity.Root, out _));
    }

    [Fact]
    public void Nothing_can_be_remembered_below_an_unknown_parent()
    {
        NodeDescription node = Directory();
        Assert.False(table.TryRemember(Attachment, parentId: 4711, "a"u8, in node, out _));
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Older_revision_does_not_overwrite_newer_attributes()
    {
        ulong id = Remember(NodeIdentity.Root, "", "a", Directory(epoch: 3));
        Remember(NodeIdentity.Root, "", "a", Directory(epoch: 2) with { Catalog = 9 });

        Assert.True(table.TryGet(id, out NodeRecord record));
        Assert.Equal(3u, record.Epoch);
        Assert.NotEqual(9u, record.Catalog);
    }

    [Fact]
    public void Slots_and_names_are_used_again()
    {
        for (int round = 0; round < 3; round++)
        {
            ulong[] ids = [.. Enumerable.Range(0, 5000).Select(i => Remember(NodeIdentity.Root, "", $"a-rather-long-name-{round}-{i}", Directory()))];
            long used = table.UsedBytes;
            Array.ForEach(ids, id => table.Forget(id, 1));
            Assert.Equal(1, table.Count);
            Assert.InRange(used, 0, 5000L * 192 + 65536);
        }
    }

    [Fact]
    public void Node_with_a_short_name_takes_at_most_160_bytes()
    {
        const int nodes = 100_000;
        for (int i = 0; i < nodes; i++)
        {
            Remember(NodeIdentity.Root, "", $"lib{i:d8}.so", Directory());
        }

        Assert.InRange((double)table.UsedBytes / nodes, 128, 160);
    }

    [Fact]
    public void Successor_maps_what_another_process_left()
    {
        ulong top = Remember(NodeIdentity.Root, "", "top", Directory(epoch: 7));
        ulong gone = Remember(NodeIdentity.Root, "", "gone", Directory());
        ulong file = Remember(top, "/top", "file", File(content: 1));
        table.Forget(gone, 1);

        using NodeTable? successor = NodeTable.Adopt(Duplicate(table.File));
        Assert.NotNull(successor);
        Assert.Equal(3, successor.Count);
        Assert.Equal(7u, successor.NewestEpoch);
        byte[] buffer = new byte[64];
        Assert.True(successor.TryGetPath(file, buffer, out ReadOnlySpan<byte> path));
        Assert.Equal("/top/file"u8, path);

        successor.Forget(top, 1);
        successor.Forget(file, 1);
        Assert.Equal(1, successor.Count);
    }

    [Fact]
    public void File_that_is_no_table_is_not_adopted()
    {
        Assert.Null(NodeTable.Adopt(Zeros(NodeLayout.FileLength)));
        Assert.Null(NodeTable.Adopt(Zeros(100)));
    }

    [Fact]
    public unsafe void Record_whose_parent_is_not_there_is_not_adopted()
    {
        Remember(NodeIdentity.Root, "", "a", Directory());
        Assert.Equal(Errno.None, MemoryMap.Create(table.File, NodeLayout.FileLength, writable: true, out MemoryMap? map));
        using (map)
        {
            NodeRecord* records = (NodeRecord*)(map!.Address + NodeLayout.RecordsOffset);
            records[1].ParentSlot = 77;
        }

        Assert.Null(NodeTable.Adopt(Duplicate(table.File)));
    }

    [Fact]
    public void Stepping_sees_every_node_once()
    {
        HashSet<string> expected = [""];
        for (int i = 0; i < 300; i++)
        {
            Remember(NodeIdentity.Root, "", $"n{i}", Directory());
            expected.Add($"n{i}");
        }

        byte[] buffer = new byte[RepositoryPath.MaxNameLength];
        uint cursor = 0;
        HashSet<string> seen = [];
        while (table.TryStep(ref cursor, buffer, out _, out ReadOnlySpan<byte> name))
        {
            Assert.True(seen.Add(Encoding.UTF8.GetString(name)));
        }

        Assert.Equal(expected, seen);
    }

    [Fact]
    public void Known_nodes_are_remembered_without_allocation()
    {
        NodeDescription node = Directory() with { Key = RepositoryPath.KeyOf("/a"u8) };
        byte[] buffer = new byte[64];
        table.TryRemember(Attachment, NodeIdentity.Root, "a"u8, in node, out _);

        Assert.Equal(0, Garbage.Least(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                table.TryRemember(Attachment, NodeIdentity.Root, "a"u8, in node, out ulong id);
                table.TryGet(id, out _);
                table.TryGetPath(id, buffer, out _);
                table.Forget(id, 1);
            }
        }));
    }

    [Fact]
    public void Counts_come_out_even_when_threads_meet_on_the_same_nodes()
    {
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(seed => new Thread(() => Churn(seed)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(1, table.Count);
        ulong again = Remember(NodeIdentity.Root, "", "d0", Directory());
        Assert.True(table.TryGet(again, out NodeRecord record));
        Assert.Equal(1ul, record.Lookups);
    }

    private static FileDescriptor Duplicate(FileDescriptor file)
    {
        Assert.Equal(Errno.None, PosixFile.Duplicate(file, out FileDescriptor? copy));
        return copy!;
    }

    private static FileDescriptor Zeros(long length)
    {
        Assert.Equal(Errno.None, MemoryFile.Create("zeros"u8, out FileDescriptor? file));
        Assert.Equal(Errno.None, PosixFile.Truncate(file!, length));
        return file!;
    }

    private void Churn(int seed)
    {
        Random random = new(seed);
        List<ulong> held = [];
        for (int i = 0; i < 20_000; i++)
        {
            if (held.Count < 200 && random.Next(2) == 0)
            {
                string name = $"d{random.Next(50)}";
                ulong directory = Remember(NodeIdentity.Root, "", name, Directory());
                held.Add(directory);
                held.Add(Remember(directory, "/" + name, $"f{random.Next(50)}", File(content: 1)));
            }
            else if (held.Count > 0)
            {
                int victim = random.Next(held.Count);
                table.Forget(held[victim], 1);
                held.RemoveAt(victim);
            }
        }

        held.ForEach(id => table.Forget(id, 1));
    }

    private ulong Remember(ulong parent, string parentPath, string name, NodeDescription node)
    {
        node.Key = RepositoryPath.KeyOf(Encoding.UTF8.GetBytes($"{parentPath}/{name}"));
        Assert.True(table.TryRemember(Attachment, parent, Encoding.UTF8.GetBytes(name), in node, out ulong id));
        return id;
    }

    private byte[] PathOf(ulong id)
    {
        byte[] buffer = new byte[4096];
        Assert.True(table.TryGetPath(id, buffer, out ReadOnlySpan<byte> path));
        return path.ToArray();
    }

    private static NodeDescription Directory(uint epoch = 1) => new()
    {
        Attributes = { Mode = 0x4000 | 0x1ED, LinkCount = 2, MtimeNanoseconds = -1 },
        Epoch = epoch,
        Catalog = NodeRecord.UnknownCatalog,
    };

    private static NodeDescription File(byte content, uint epoch = 1) => new()
    {
        Attributes = { Mode = 0x8000 | 0x1A4, LinkCount = 1, Size = 10 },
        Content = Hash(content),
        Epoch = epoch,
        Catalog = NodeRecord.UnknownCatalog,
    };

    private static ObjectHash Hash(byte value)
    {
        byte[] digest = new byte[ObjectHash.DigestLength];
        Array.Fill(digest, value);
        return new ObjectHash(HashAlgorithm.Sha1, digest);
    }
}
