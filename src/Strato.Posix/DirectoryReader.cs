using System.Buffers;
using System.Runtime.InteropServices;
using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>
/// Lists a directory with getdents64(2), in the file system's order, without an allocation for each entry. It reads from the descriptor's
/// position, owns a pooled buffer, leaves the descriptor to its owner, and belongs to one thread at a time.
/// </summary>
public sealed unsafe class DirectoryReader : IDisposable
{
    // struct linux_dirent64: d_ino 8, d_off 8, d_reclen 2, d_type 1, d_name with its NUL.
    private const int RecordLengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    private readonly FileDescriptor directory;
    private byte[]? buffer;
    private int position;
    private int filled;

    /// <summary>Reads <paramref name="directory"/>, which stays the caller's, <paramref name="bufferSize"/> bytes of names at a time.</summary>
    public DirectoryReader(FileDescriptor directory, int bufferSize = 64 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferSize, 1024);
        this.directory = directory;
        buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
    }

    /// <summary>Moves to the next name; <paramref name="found"/> is false at the end and on failure.</summary>
    public Errno Read(out DirectoryItem item, out bool found)
    {
        ObjectDisposedException.ThrowIf(buffer is null, this);
        item = default;
        found = false;
        while (true)
        {
            if (position == filled)
            {
                Errno errno = Fill();
                if (errno != Errno.None || filled == 0)
                {
                    return errno;
                }
            }

            ReadOnlySpan<byte> record = buffer.AsSpan(position, filled - position);
            int length = MemoryMarshal.Read<ushort>(record[RecordLengthOffset..]);
            position += length;
            ReadOnlySpan<byte> name = record[NameOffset..length];
            name = name[..name.IndexOf((byte)0)];
            if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
            {
                continue;
            }

            item = new DirectoryItem(name, (FileType)(record[TypeOffset] << 12), MemoryMarshal.Read<ulong>(record));
            found = true;
            return Errno.None;
        }
    }

    /// <summary>Starts again at the first name.</summary>
    public Errno Rewind()
    {
        position = filled = 0;
        using DescriptorLease lease = new(directory);
        return LibC.Check(LibC.Seek(lease.Value, 0, 0));
    }

    public void Dispose()
    {
        if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = null;
        }
    }

    private Errno Fill()
    {
        using DescriptorLease lease = new(directory);
        fixed (byte* native = buffer)
        {
            nint count = LibC.GetDents64(lease.Value, native, (nuint)buffer!.Length);
            Errno errno = LibC.Check(count);
            position = 0;
            filled = errno == Errno.None ? (int)count : 0;
            return errno;
        }
    }
}
