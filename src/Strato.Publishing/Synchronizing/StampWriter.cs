using System.Buffers.Binary;
using System.Text;
using Strato.Posix;

namespace Strato.Publishing.Synchronizing;

/// <summary>
/// Writes the index of a published tree in the order of the walk: for each directory a record with its path and stamp, then one for each entry that is no directory
/// with its name and stamp; that of a regular file is filled in once the content is stored. One thread adds; any thread fills.
/// </summary>
/// <remarks>
/// Format: the magic <c>strato-stamps-2\n</c>, the <see cref="IndexHead"/>, then records. A directory: 0xFFFF, its path's length (4 bytes), the path relative to the tree,
/// a slash before each name, and its stamp. Another entry: its name's length (2 bytes), the name, its stamp of <see cref="ContentStamp.Length"/> bytes. Integers are
/// little-endian. A file that ends early only proves less.
/// </remarks>
internal sealed class StampWriter : IDisposable
{
    public const ushort DirectoryMark = 0xffff;

    /// <summary>
    /// Pages kept in memory for stamps to come, 4 MiB of them. A page usually goes out once, whole; one that waits longer is written
    /// with holes, and each of its late stamps then costs a write.
    /// </summary>
    private const int MaximumPages = 64;

    private readonly Lock gate = new();
    private readonly byte[] path;
    private readonly FileDescriptor file;
    // A page lies at its number modulo the length.
    private readonly StampPage?[] pages = new StampPage?[MaximumPages];
    private long length;

    public StampWriter(string path)
    {
        this.path = Encoding.UTF8.GetBytes(path);
        PosixFile.Open(null, this.path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, out FileDescriptor? opened, 0x180)
            .ThrowIfFailed("make the index", this.path);
        file = opened!;
        Append(Magic);
        Append(stackalloc byte[IndexHead.Length]);
    }

    public static ReadOnlySpan<byte> Magic => "strato-stamps-2\n"u8;

    /// <summary>Begins a directory; directories come in the order of <see cref="StampReader.Compare"/>.</summary>
    public void BeginDirectory(ReadOnlySpan<byte> relativePath, in ContentStamp stamp)
    {
        Span<byte> bytes = stackalloc byte[ContentStamp.Length];
        stamp.Write(bytes);
        Span<byte> head = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16LittleEndian(head, DirectoryMark);
        BinaryPrimitives.WriteInt32LittleEndian(head[2..], relativePath.Length);
        lock (gate)
        {
            Append(head);
            Append(relativePath);
            Append(bytes);
        }
    }

    /// <summary>Adds an entry of the current directory whose stamp is known.</summary>
    public void Add(ReadOnlySpan<byte> name, in ContentStamp stamp)
    {
        Span<byte> bytes = stackalloc byte[ContentStamp.Length];
        stamp.Write(bytes);
        Span<byte> head = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)name.Length);
        lock (gate)
        {
            Append(head);
            Append(name);
            Append(bytes);
        }
    }

    /// <summary>Adds a file of the current directory, in the byte order of names, and returns the place of its stamp.</summary>
    public long Reserve(ReadOnlySpan<byte> name)
    {
        Span<byte> head = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)name.Length);
        lock (gate)
        {
            Append(head);
            Append(name);
            long place = length;
            Append(stackalloc byte[ContentStamp.Length], isPromised: true);
            return place;
        }
    }

    /// <summary>Fills a place.</summary>
    public void Fill(long place, in ContentStamp stamp)
    {
        Span<byte> buffer = stackalloc byte[ContentStamp.Length];
        stamp.Write(buffer);
        lock (gate)
        {
            ReadOnlySpan<byte> bytes = buffer;
            while (!bytes.IsEmpty)
            {
                int part = Math.Min(bytes.Length, StampPage.Length - (int)(place % StampPage.Length));
                FillPart(place, bytes[..part]);
                place += part;
                bytes = bytes[part..];
            }
        }
    }

    /// <summary>Writes what is left, and what it is about.</summary>
    public void Complete(in IndexHead head)
    {
        Span<byte> bytes = stackalloc byte[IndexHead.Length];
        head.Write(bytes);
        lock (gate)
        {
            foreach (StampPage? page in pages)
            {
                Write(page);
            }

            PosixFile.WriteAllAt(file, bytes, Magic.Length).ThrowIfFailed("write the index", path);
        }
    }

    public void Dispose() => file.Dispose();

    private void FillPart(long place, ReadOnlySpan<byte> bytes)
    {
        StampPage page = pages[place / StampPage.Length % MaximumPages]!;
        if (page.Number != place / StampPage.Length)
        {
            PosixFile.WriteAllAt(file, bytes, place).ThrowIfFailed("write the index", path);
            return;
        }

        bytes.CopyTo(page.Bytes.AsSpan((int)(place % StampPage.Length)));
        page.Missing -= bytes.Length;
        WriteIfWhole(page);
    }

    // Bytes that are promised are zeros until a stamp is filled in.
    private void Append(ReadOnlySpan<byte> bytes, bool isPromised = false)
    {
        while (!bytes.IsEmpty)
        {
            StampPage page = PageAt(length / StampPage.Length);
            int part = Math.Min(bytes.Length, StampPage.Length - page.Used);
            bytes[..part].CopyTo(page.Bytes.AsSpan(page.Used));
            page.Used += part;
            page.Missing += isPromised ? part : 0;
            length += part;
            bytes = bytes[part..];
            WriteIfWhole(page);
        }
    }

    private StampPage PageAt(long number)
    {
        StampPage page = pages[number % MaximumPages] ??= new StampPage(number);
        if (page.Number != number)
        {
            Write(page);
            page.Begin(number);
        }

        return page;
    }

    private void WriteIfWhole(StampPage page)
    {
        if (page is { Used: StampPage.Length, Missing: 0 })
        {
            Write(page);
        }
    }

    private void Write(StampPage? page)
    {
        if (page is { IsWritten: false })
        {
            PosixFile.WriteAllAt(file, page.Bytes.AsSpan(0, page.Used), page.Number * StampPage.Length).ThrowIfFailed("write the index", path);
            page.IsWritten = true;
        }
    }
}
