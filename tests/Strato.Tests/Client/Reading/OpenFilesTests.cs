using FsCheck;
using FsCheck.Fluent;
using Strato.Client.Reading;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Posix;

namespace Strato.Tests.Client.Reading;

/// <summary>Open files that survive the process that opened them.</summary>
public sealed class OpenFilesTests
{
    private const ulong Resent = 1UL << 63;
    private const long RecordsOffset = 4096;

    [Fact]
    public void A_successor_finds_whole_and_chunked_files_by_their_handles()
    {
        using OpenFiles first = new(new Passthrough(_ => { }));
        ulong whole = OpenWhole(first, unique: 10, content: 1, externalPath: null);
        ulong external = OpenWhole(first, unique: 12, content: 2, externalPath: "/a%20b/c");
        ulong chunked = OpenChunked(first, unique: 14, chunks: 300);

        using OpenFiles second = Successor(first);

        Assert.Equal(3, second.Count);
        Assert.Equal((Hash(1), 1001L, null), Whole(second, whole));
        Assert.Equal((Hash(2), 1001L, "/a%20b/c"), Whole(second, external));
        OpenFile file = second.Find(chunked)!;
        Assert.Equal(300, file.ChunkCount);
        Assert.Equal(new FileChunk(Hash(299 % 251), 299 * 4096, 4096), file.ChunkAt(299));
        Assert.Equal(CompressionAlgorithm.None, file.Compression);
    }

    [Fact]
    public void A_handle_that_was_released_stays_released_in_every_successor()
    {
        using OpenFiles first = new(new Passthrough(_ => { }));
        ulong released = OpenChunked(first, unique: 10, chunks: 20);
        first.Release(released);

        using OpenFiles second = Successor(first);
        ulong next = OpenWhole(second, unique: 12, content: 1, externalPath: null);

        Assert.Null(second.Find(released));
        Assert.NotEqual(released, next);
        Assert.Equal(1, second.Count);
    }

    [Fact]
    public void An_open_that_comes_again_takes_the_place_of_its_first_time()
    {
        using OpenFiles first = new(new Passthrough(_ => { }));
        ulong unanswered = OpenWhole(first, unique: 10, content: 1, externalPath: null);

        using OpenFiles second = Successor(first);
        ulong again = OpenWhole(second, unique: 10 | Resent, content: 1, externalPath: null);

        Assert.Equal(1, second.Count);
        Assert.Null(second.Find(unanswered));
        Assert.NotNull(second.Find(again));
        using OpenFiles third = Successor(second);
        Assert.Equal(1, third.Count);
    }

    [Fact]
    public void Handles_do_not_pile_up_over_a_hundred_successions()
    {
        OpenFiles files = new(new Passthrough(_ => { }));
        ulong kept = OpenChunked(files, unique: 2, chunks: 50);
        for (ulong round = 0; round < 100; round++)
        {
            ulong passing = OpenChunked(files, unique: 4 + round, chunks: 10 + (int)round);
            OpenFiles next = Successor(files);
            files.Dispose();
            files = next;
            files.Release(passing);
        }

        using (files)
        {
            Assert.Equal(1, files.Count);
            Assert.Equal(50, files.Find(kept)!.ChunkCount);
            Assert.Equal(Errno.None, PosixFile.GetStatus(files.File, out FileStatus status));
            Assert.InRange(status.Blocks * 512, 1, 1 << 20);
        }
    }

    [Theory]
    [InlineData(0, 0x00)] // magic
    [InlineData(8, 0x63)] // version
    [InlineData(12, 0x7F)] // record length
    [InlineData(19, 0x7F)] // used slots
    [InlineData(RecordsOffset, 0x07)] // state
    [InlineData(RecordsOffset + 23, 0x80)] // size
    [InlineData(RecordsOffset + 27, 0x7F)] // block
    [InlineData(RecordsOffset + 31, 0x01)] // chunk count
    [InlineData(RecordsOffset + 36, 0x09)] // compression
    public void A_table_that_contradicts_itself_is_refused(long offset, byte value)
    {
        using OpenFiles files = new(new Passthrough(_ => { }));
        OpenChunked(files, unique: 10, chunks: 3);
        PosixFile.WriteAllAt(files.File, [value], offset).ThrowIfFailed("write");

        Assert.Null(OpenFileStore.Adopt(Copy(files.File)));
    }

    [Fact]
    public void A_file_that_is_no_table_is_refused()
    {
        MemoryFile.Create("short"u8, out FileDescriptor? file).ThrowIfFailed("make");

        Assert.Null(OpenFileStore.Adopt(file!));
        Assert.True(file!.IsClosed);
    }

    [Fact]
    public void Random_bytes_in_the_records_never_lead_outside() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            using OpenFiles files = new(new Passthrough(_ => { }));
            OpenChunked(files, unique: 10, chunks: 3);
            OpenWhole(files, unique: 12, content: 1, "/x");
            PosixFile.WriteAllAt(files.File, bytes, RecordsOffset).ThrowIfFailed("write");
            using OpenFileStore? adopted = OpenFileStore.Adopt(Copy(files.File));
            if (adopted is not null)
            {
                using OpenFiles successor = new(new Passthrough(_ => { }), adopted);
                Assert.InRange(successor.Count, 0, 2);
            }
        }).QuickCheckThrowOnFailure();

    private static OpenFiles Successor(OpenFiles files)
    {
        OpenFileStore? store = OpenFileStore.Adopt(Copy(files.File));
        Assert.NotNull(store);
        return new OpenFiles(new Passthrough(_ => { }), store);
    }

    private static FileDescriptor Copy(FileDescriptor file)
    {
        PosixFile.Duplicate(file, out FileDescriptor? copy).ThrowIfFailed("duplicate");
        return copy!;
    }

    private static (ObjectHash Content, long Size, string? External) Whole(OpenFiles files, ulong handle)
    {
        OpenFile file = files.Find(handle)!;
        Assert.Null(file.Attachment);
        Assert.Equal(OpenFile.NoObject, file.Object);
        return (file.Content, file.Size, file.ExternalPath);
    }

    private static ulong OpenWhole(OpenFiles files, ulong unique, int content, string? externalPath)
    {
        OpenFile file = files.Take(unique, out ulong handle);
        file.OpenWhole(attachment: null, 1001, Hash(content), CompressionAlgorithm.Zlib, externalPath, OpenFile.NoObject);
        Assert.True(files.TryRecord(handle, unique, file));
        return handle;
    }

    private static ulong OpenChunked(OpenFiles files, ulong unique, int chunks)
    {
        OpenFile file = files.Take(unique, out ulong handle);
        FileChunk[] list = [.. Enumerable.Range(0, chunks).Select(index => new FileChunk(Hash(index % 251), index * 4096L, 4096))];
        file.Restore(chunks * 4096L, CompressionAlgorithm.None, externalPath: null, list);
        Assert.True(files.TryRecord(handle, unique, file));
        return handle;
    }

    private static ObjectHash Hash(int seed) => new(HashAlgorithm.Sha1, [.. Enumerable.Repeat((byte)(seed + 1), ObjectHash.DigestLength)]);
}
