using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strato.Fuse.Protocol;

namespace Strato.Fuse;

/// <summary>
/// Lays out the entries of a READDIR or READDIRPLUS reply. An entry that does not fit is refused, and the kernel asks again with the cookie of
/// the last one taken. One reply holds entries of one kind.
/// </summary>
public ref struct FuseDirectoryWriter
{
    private const int Alignment = sizeof(ulong);
    private const int TypeShift = 12;
    private const uint TypeMask = 0xF;

    private readonly Span<byte> buffer;

    /// <summary>Writes into <paramref name="buffer"/>, which is as long as the request's size.</summary>
    public FuseDirectoryWriter(Span<byte> buffer) => this.buffer = buffer;

    /// <summary>Bytes written so far; none at all tells the kernel that the listing is over.</summary>
    public int Written { get; private set; }

    /// <summary>Adds a READDIR entry; false where it does not fit.</summary>
    /// <param name="name">One name, or <c>.</c> or <c>..</c>.</param>
    /// <param name="inode">What readdir(3) shows as <c>d_ino</c>.</param>
    /// <param name="mode">A mode, of which the type bits count.</param>
    /// <param name="cookie">Where to go on after this entry: not zero, below 2^63, and good in a later request.</param>
    public bool TryAdd(ReadOnlySpan<byte> name, ulong inode, uint mode, ulong cookie)
    {
        int size = Align(Unsafe.SizeOf<FuseDirent>() + name.Length);
        if (size > buffer.Length - Written)
        {
            return false;
        }

        WriteDirent(buffer.Slice(Written, size), name, inode, mode, cookie);
        Written += size;
        return true;
    }

    /// <summary>
    /// Adds a READDIRPLUS entry; false where it does not fit. One with a node id counts as a lookup of that node; <c>.</c> and <c>..</c>, and
    /// names that shall be looked up later, have node id zero.
    /// </summary>
    /// <param name="name">One name, or <c>.</c> or <c>..</c>.</param>
    /// <param name="entry">Its attributes, of which inode and mode count in any case.</param>
    /// <param name="cookie">Where to go on after this entry: not zero, below 2^63, and good in a later request.</param>
    public bool TryAddPlus(ReadOnlySpan<byte> name, in FuseEntryOut entry, ulong cookie)
    {
        int size = Align(Unsafe.SizeOf<FuseDirentPlus>() + name.Length);
        if (size > buffer.Length - Written)
        {
            return false;
        }

        Span<byte> target = buffer.Slice(Written, size);
        MemoryMarshal.Write(target, entry);
        WriteDirent(target[Unsafe.SizeOf<FuseEntryOut>()..], name, entry.Attributes.Inode, entry.Attributes.Mode, cookie);
        Written += size;
        return true;
    }

    private static void WriteDirent(Span<byte> target, ReadOnlySpan<byte> name, ulong inode, uint mode, ulong cookie)
    {
        FuseDirent dirent = new() { Inode = inode, Offset = cookie, NameLength = (uint)name.Length, Type = (mode >> TypeShift) & TypeMask };
        MemoryMarshal.Write(target, dirent);
        target = target[Unsafe.SizeOf<FuseDirent>()..];
        name.CopyTo(target);
        target[name.Length..].Clear();
    }

    private static int Align(int size) => (size + Alignment - 1) & -Alignment;
}
