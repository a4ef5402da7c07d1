using Strato.Client.Requests;
using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;
using Strato.Testing.Golden;
using Strato.Testing.Measuring;

namespace Strato.Tests.Client;

/// <summary>Requests for what is in the cache allocate nothing, whatever their kind.</summary>
public sealed class WarmRequestTests : IDisposable
{
    private const int Rounds = 200;

    private readonly GoldenNamespace golden = new(GoldenRepository.Sha1);

    public void Dispose() => golden.Dispose();

    [Fact]
    public void Lookups_of_files_directories_and_absent_names()
    {
        ulong directory = golden.Lookup("/plain/dir").NodeId;
        AssertNoGarbage(directory, Errno.None, (in Caller caller) => LookupOnce(in caller, "sub"u8));
        AssertNoGarbage(directory, Errno.None, (in Caller caller) => LookupOnce(in caller, "absent"u8));
        ulong nested = golden.Lookup("/software").NodeId;
        AssertNoGarbage(nested, Errno.None, (in Caller caller) => LookupOnce(in caller, "absent"u8));
    }

    [Fact]
    public void Attributes_and_link_targets()
    {
        ulong link = golden.Lookup("/links/variant-default").NodeId;
        byte[] target = new byte[4095];
        AssertNoGarbage(link, Errno.None, (in Caller caller) =>
        {
            FuseAttrOut attributes = default;
            return golden.Names.GetAttributes(in caller, ref attributes);
        });
        AssertNoGarbage(link, Errno.None, (in Caller caller) => golden.Names.ReadLink(in caller, target, out _));
    }

    [Fact]
    public void Listings_with_attributes()
    {
        byte[] buffer = new byte[64 * 1024];
        AssertNoGarbage(golden.Lookup("/plain/dir").NodeId, Errno.None, (in Caller caller) =>
        {
            FuseDirectoryWriter entries = new(buffer);
            return golden.Directories.List(in caller, 0, plus: true, ref entries);
        });
    }

    [Fact]
    public void Opens_and_reads_of_whole_and_chunked_files()
    {
        byte[] data = new byte[1 << 20];
        foreach (string path in (string[])["/changing", "/sizes/cuts30M"])
        {
            AssertNoGarbage(golden.Lookup(path).NodeId, Errno.None, (in Caller caller) =>
            {
                FuseOpenOut opened = default;
                Outcome outcome = golden.Opens.Open(in caller, ref opened);
                if (!outcome.IsDone)
                {
                    return outcome;
                }

                outcome = golden.Reads.Read(in caller, opened.Handle, 0, data, out _);
                golden.Opens.Release(opened.Handle);
                return outcome;
            });
        }
    }

    [Fact]
    public void Attribute_that_programs_ask_every_file_for()
    {
        byte[] value = new byte[64 * 1024];
        AssertNoGarbage(golden.Lookup("/changing").NodeId, Errno.ENODATA, (in Caller caller) => golden.Xattrs.Get(in caller, "security.capability"u8, value, out _));
    }

    private Outcome LookupOnce(in Caller caller, ReadOnlySpan<byte> name)
    {
        FuseEntryOut entry = default;
        Outcome outcome = golden.Names.Lookup(in caller, name, ref entry);
        if (entry.NodeId != 0)
        {
            golden.Nodes.Forget(entry.NodeId, 1);
        }

        return outcome;
    }

    private static void AssertNoGarbage(ulong node, Errno expected, GoldenNamespace.Request request)
    {
        Assert.Equal(expected, GoldenNamespace.Run(node, request).Errno);
        Caller caller = new(node, 0, 0, Supplied: null);
        Assert.Equal(0, Garbage.Least(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                request(in caller);
            }
        }));
    }
}
