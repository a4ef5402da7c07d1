using System.Buffers.Binary;
using System.Text;
using Strato.Posix;

namespace Strato.Publishing.Synchronizing;

/// <summary>
/// Writes the index of a published tree in the order of the walk: for each directory a record with its path, then one for each regular file
/// with its name and a place for its stamp, which is filled in once the content is stored. One thread adds; any thread fills.
/// </summary>
/// <remarks>
/// Format: the magic <c>strato-stamps-1\n</c>, then records. A directory: 0xFFFF, its path's length (4 bytes) and the path relative to the tree, names
/// parted by slashes. A file: its name's length (2 bytes), the name, <see cref="ContentStamp.Length"/> bytes. Integers are
/// little-endian. A file that ends early only proves less.
/// </remarks>
internal sealed class StampWriter : IDisposable
{
    public const ushort DirectoryMark = 0xffff;

    private readonly Lock gate = new();
    private readonly byte[] path;
    private readonly FileDescriptor file;
    private readonly byte[] buffer = new byte[256 * 1024];
    private long flushed;
    private int filled;

    public StampWriter(string path)
    {
        this.path = Encoding.UTF8.GetBytes(path);
        PosixFile.Open(null, this.path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, out FileDescriptor? opened, 0x180)
            .ThrowIfFailed("make the index", this.path);
        file = opened!;
        Append(Magic);
    }

    public static ReadOnlySpan<byte> Magic => "strato-stamps-1\n"u8;

    /// <summary>Begins a directory; directories come in the order of <see cref="StampReader.Compare"/>.</summary>
    public void BeginDirectory(ReadOnlySpan<byte> relativePath)
    {
        Span<byte> head = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16LittleEndian(head, DirectoryMark);
        BinaryPrimitives.WriteInt32LittleEndian(head[2..], relativePath.Length);
        lock (gate)
        {
            Append(head);
            Append(relativePath);
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
            long place = flushed + filled;
            Append(stackalloc byte[ContentStamp.Length]);
            return place;
        }
    }

    /// <summary>Fills a place.</summary>
    public void Fill(long place, in ContentStamp stamp)
    {
        Span<byte> bytes = stackalloc byte[ContentStamp.Length];
        stamp.Write(bytes);
        lock (gate)
        {
            if (place >= flushed && place - flushed + bytes.Length <= filled)
            {
                bytes.CopyTo(buffer.AsSpan((int)(place - flushed)));
                return;
            }

            // A stamp may lie across what was written and what was not.
            Flush();
            PosixFile.WriteAllAt(file, bytes, place).ThrowIfFailed("write the index", path);
        }
    }

    /// <summary>Writes what is left.</summary>
    public void Complete()
    {
        lock (gate)
        {
            Flush();
        }
    }

    public void Dispose() => file.Dispose();

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (filled + bytes.Length > buffer.Length)
        {
            Flush();
        }

        bytes.CopyTo(buffer.AsSpan(filled));
        filled += bytes.Length;
    }

    private void Flush()
    {
        PosixFile.WriteAllAt(file, buffer.AsSpan(0, filled), flushed).ThrowIfFailed("write the index", path);
        flushed += filled;
        filled = 0;
    }
}
