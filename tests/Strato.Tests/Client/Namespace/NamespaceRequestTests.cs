using System.Text;
using Strato.Client.Nodes;
using Strato.Client.Requests;
using Strato.Fuse.Protocol;
using Strato.Posix;
using Strato.Testing.Golden;

namespace Strato.Tests.Client.Namespace;

public sealed class NamespaceRequestTests : IDisposable
{
    private readonly GoldenNamespace golden = new(GoldenRepository.Sha1, ("FIXTURE_VAR", "set"));

    public void Dispose() => golden.Dispose();

    [Fact]
    public void Nested_catalogs_are_wanted_when_paths_lead_into_them_and_only_then()
    {
        golden.Lookup("/nested");
        Assert.Equal(1, golden.Attachment.Current.Catalogs.OpenedCount);

        ulong directory = golden.Lookup("/dirtab/a/v1").NodeId;
        Assert.Equal(1, golden.Attachment.Current.Catalogs.OpenedCount);
        FuseEntryOut entry = default;
        (Errno errno, int wants) = GoldenNamespace.Run(directory, (in Caller caller) => golden.Names.Lookup(in caller, "f1"u8, ref entry));

        Assert.Equal((Errno.None, 1), (errno, wants));
        Assert.NotEqual(0ul, entry.NodeId);
        Assert.Equal(2, golden.Attachment.Current.Catalogs.OpenedCount);
    }

    [Fact]
    public void Absent_name_is_an_entry_without_a_node_that_the_kernel_keeps()
    {
        FuseEntryOut entry = golden.Lookup("/plain/absent");
        Assert.Equal(0ul, entry.NodeId);
        Assert.True(entry.EntryValid > 0);
    }

    [Fact]
    public void Variant_links_are_expanded_and_sized_by_what_is_shown()
    {
        FuseEntryOut entry = golden.Lookup("/links/variant");
        byte[] target = new byte[4095];
        int length = 0;
        GoldenNamespace.Run(entry.NodeId, (in Caller caller) => golden.Names.ReadLink(in caller, target, out length));

        Assert.Equal("set/x", Encoding.UTF8.GetString(target.AsSpan(0, length)));
        Assert.Equal(5ul, entry.Attributes.Size);
    }

    [Fact]
    public void Unknown_node_ids_are_stale_and_names_too_long_are_told()
    {
        FuseEntryOut entry = default;
        FuseAttrOut attributes = default;
        Assert.Equal(Errno.ESTALE, GoldenNamespace.Run(4711, (in Caller caller) => golden.Names.GetAttributes(in caller, ref attributes)).Errno);
        byte[] name = new byte[256];
        Array.Fill(name, (byte)'x');
        Assert.Equal(Errno.ENAMETOOLONG, GoldenNamespace.Run(NodeIdentity.Root, (in Caller caller) => golden.Names.Lookup(in caller, name, ref entry)).Errno);
        ulong file = golden.Lookup("/changing").NodeId;
        Assert.Equal(Errno.ENOTDIR, GoldenNamespace.Run(file, (in Caller caller) => golden.Names.Lookup(in caller, "x"u8, ref entry)).Errno);
        Assert.Equal(Errno.EINVAL, GoldenNamespace.Run(file, (in Caller caller) => golden.Names.ReadLink(in caller, name, out _)).Errno);
    }

    [Fact]
    public void Reads_run_across_chunks_and_end_with_the_file()
    {
        FuseEntryOut entry = golden.Lookup("/sizes/cuts30M");
        FuseOpenOut opened = default;
        Assert.Equal(Errno.None, GoldenNamespace.Run(entry.NodeId, (in Caller caller) => golden.Opens.Open(in caller, ref opened)).Errno);
        byte[] whole = new byte[(int)entry.Attributes.Size + 1000];
        int length = 0;
        (Errno errno, int wants) = GoldenNamespace.Run(entry.NodeId, (in Caller caller) => golden.Reads.Read(in caller, opened.Handle, 0, whole, out length));

        Assert.Equal(Errno.None, errno);
        Assert.True(wants > 1, "each chunk is fetched by itself");
        Assert.Equal((int)entry.Attributes.Size, length);
        string digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(whole.AsSpan(0, length)));
        Assert.Contains($"{digest}  ./sizes/cuts30M", File.ReadLines(GoldenRepository.Sha1.Expected("trunk", "sha256")));

        byte[] piece = new byte[5000];
        Assert.Equal(Errno.None, GoldenNamespace.Run(entry.NodeId, (in Caller caller) => golden.Reads.Read(in caller, opened.Handle, 69_000, piece, out length)).Errno);
        Assert.Equal(whole[69_000..74_000], piece);

        golden.Opens.Release(opened.Handle);
        Assert.Equal(Errno.EBADF, GoldenNamespace.Run(entry.NodeId, (in Caller caller) => golden.Reads.Read(in caller, opened.Handle, 0, piece, out length)).Errno);
        Assert.Equal(0, golden.Files.Count);
    }
}
