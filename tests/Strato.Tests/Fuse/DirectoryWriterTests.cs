using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Tests.Fuse;

public sealed class DirectoryWriterTests
{
    [Fact]
    public void Entries_are_aligned_and_end_in_zeros()
    {
        byte[] buffer = [.. Enumerable.Repeat((byte)0xAA, 64)];
        FuseDirectoryWriter writer = new(buffer);

        Assert.True(writer.TryAdd("abc"u8, 7, (uint)FileType.SymbolicLink | 0x1FF, 5));

        Assert.Equal(32, writer.Written);
        FuseDirent dirent = MemoryMarshal.Read<FuseDirent>(buffer);
        Assert.Equal((7UL, 5UL, 3U, 10U), (dirent.Inode, dirent.Offset, dirent.NameLength, dirent.Type));
        Assert.Equal("abc\0\0\0\0\0"u8.ToArray(), buffer[24..32]);
        Assert.Equal(0xAA, buffer[32]);
    }

    [Fact]
    public void An_entry_that_does_not_fit_leaves_the_buffer_as_it_was()
    {
        byte[] buffer = [.. Enumerable.Repeat((byte)0xAA, 63)];
        FuseDirectoryWriter writer = new(buffer);
        Assert.True(writer.TryAdd("12345678"u8, 1, 0, 1));

        Assert.False(writer.TryAdd("1"u8, 2, 0, 2));

        Assert.Equal(32, writer.Written);
        Assert.All(buffer[32..], value => Assert.Equal(0xAA, value));
    }

    [Fact]
    public void Whatever_is_written_reads_back()
    {
        Gen<byte[]> name = Gen.Choose(1, 255).SelectMany(length => Gen.ArrayOf(Gen.Choose(1, 255).Select(value => (byte)value), length));
        Arbitrary<(byte[][] Names, int Room)> cases =
            Gen.ListOf(name).Select(names => names.ToArray()).Zip(Gen.Choose(0, 4096)).ToArbitrary();
        Prop.ForAll(cases, one => ReadsBack(one.Names, one.Room, plus: false) && ReadsBack(one.Names, one.Room, plus: true)).QuickCheckThrowOnFailure();
    }

    private static bool ReadsBack(byte[][] names, int room, bool plus)
    {
        byte[] buffer = new byte[room];
        FuseDirectoryWriter writer = new(buffer);
        int added = 0;
        foreach (byte[] name in names)
        {
            FuseEntryOut entry = new() { NodeId = (ulong)added + 100 };
            entry.Attributes.Inode = (ulong)added + 100;
            entry.Attributes.Mode = (uint)FileType.Regular;
            bool fits = plus
                ? writer.TryAddPlus(name, entry, (ulong)added + 1)
                : writer.TryAdd(name, entry.NodeId, entry.Attributes.Mode, (ulong)added + 1);
            if (!fits)
            {
                break;
            }

            added++;
        }

        int position = 0;
        for (int i = 0; i < added; i++)
        {
            if (plus && MemoryMarshal.Read<FuseEntryOut>(buffer.AsSpan(position)).NodeId != (ulong)i + 100)
            {
                return false;
            }

            position += plus ? Unsafe.SizeOf<FuseEntryOut>() : 0;
            FuseDirent dirent = MemoryMarshal.Read<FuseDirent>(buffer.AsSpan(position));
            position += Unsafe.SizeOf<FuseDirent>();
            bool same = dirent.Inode == (ulong)i + 100 && dirent.Offset == (ulong)i + 1 && dirent.Type == 8
                && buffer.AsSpan(position, (int)dirent.NameLength).SequenceEqual(names[i]);
            if (!same)
            {
                return false;
            }

            position = (position + (int)dirent.NameLength + 7) / 8 * 8;
        }

        // The first one that was refused really has no room.
        int next = added == names.Length ? 0 : (names[added].Length + 7) / 8 * 8;
        int size = next + (plus ? Unsafe.SizeOf<FuseDirentPlus>() : Unsafe.SizeOf<FuseDirent>());
        return position == writer.Written && (added == names.Length || writer.Written + size > room);
    }
}
