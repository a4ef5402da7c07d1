using System.Buffers.Binary;
using Strato.Posix;

namespace Strato.Fuse.Handover;

/// <summary>
/// A memory file by which a daemon tells its holder how to start it again, and that it lives. Read and written at fixed places with pread and
/// pwrite, so that nobody maps what another process could cut. Another order is another file; only the progress changes.
/// </summary>
/// <remarks>
/// Little-endian: 0 magic, 8 version, 12 hang limit in milliseconds, 16 progress, 24 oom_score_adj, 28 length of the text, 32 sign of life (0 where the
/// daemon gives none); from 64 on the text: program, previous program, directory, arguments, each with a NUL behind it. A later version adds fields below 64 only.
/// </remarks>
internal static class HandoverBoard
{
    /// <summary>The longest text: program and arguments come from a command line, which the kernel limits.</summary>
    public const int MaxText = 2 << 20;

    // "STRATOBD" in little-endian bytes.
    private const ulong Magic = 0x44424F5441525453;
    private const uint Version = 1;
    private const int ProgressOffset = 16;
    private const int LifeOffset = 32;
    private const int HeaderLength = 64;
    private const int TextsBeforeArguments = 3;

    /// <summary>Writes an order to a new memory file. E2BIG where it is too long, EINVAL where a part of it has a NUL.</summary>
    public static Errno Create(HandoverOrder order, out FileDescriptor? board)
    {
        board = null;
        byte[][] texts = [order.Program, order.PreviousProgram, order.Directory, .. order.Arguments];
        int length = texts.Sum(text => text.Length + 1);
        if (length > MaxText || texts.Any(text => text.Contains((byte)0)))
        {
            return length > MaxText ? Errno.E2BIG : Errno.EINVAL;
        }

        byte[] image = new byte[HeaderLength + length];
        Span<byte> header = image;
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], (int)Math.Clamp(order.HangLimit.TotalMilliseconds, 0, int.MaxValue));
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], order.OutOfMemoryScore);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], length);
        int position = HeaderLength;
        foreach (byte[] text in texts)
        {
            text.CopyTo(image, position);
            position += text.Length + 1;
        }

        Errno errno = MemoryFile.Create("strato-board"u8, out FileDescriptor? file);
        errno = errno == Errno.None ? PosixFile.WriteAllAt(file!, image, 0) : errno;
        if (errno == Errno.None)
        {
            board = file;
        }
        else
        {
            file?.Dispose();
        }

        return errno;
    }

    /// <summary>Reads the order of a board; null where the file is none.</summary>
    public static HandoverOrder? Read(FileDescriptor board)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        if (PosixFile.ReadFullyAt(board, header, 0, out int count) != Errno.None || count != HeaderLength
            || BinaryPrimitives.ReadUInt64LittleEndian(header) != Magic || BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) < 1)
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(header[28..]);
        int limit = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        if (length is <= 0 or > MaxText || limit < 0)
        {
            return null;
        }

        byte[] text = new byte[length];
        if (PosixFile.ReadFullyAt(board, text, HeaderLength, out count) != Errno.None || count != length || text[^1] != 0)
        {
            return null;
        }

        List<byte[]> texts = [];
        for (int start = 0; start < length;)
        {
            int end = Array.IndexOf(text, (byte)0, start);
            texts.Add(text[start..end]);
            start = end + 1;
        }

        return texts.Count < TextsBeforeArguments || texts[0].Length == 0 ? null : new HandoverOrder
        {
            Program = texts[0],
            PreviousProgram = texts[1],
            Directory = texts[2],
            Arguments = texts[TextsBeforeArguments..],
            HangLimit = TimeSpan.FromMilliseconds(limit),
            OutOfMemoryScore = BinaryPrimitives.ReadInt32LittleEndian(header[24..]),
        };
    }

    /// <summary>Says that the daemon has come this far; any other number than the last will do.</summary>
    public static Errno WriteProgress(FileDescriptor board, long progress) => WriteNumber(board, progress, ProgressOffset);

    /// <summary>What <see cref="WriteProgress"/> said last; allocates nothing.</summary>
    public static long ReadProgress(FileDescriptor board) => ReadNumber(board, ProgressOffset);

    /// <summary>Says that the daemon's process runs, whether anybody asks it for anything or not; any other number than the last will do, but 0.</summary>
    public static Errno WriteLife(FileDescriptor board, long sign) => WriteNumber(board, sign, LifeOffset);

    /// <summary>What <see cref="WriteLife"/> said last; allocates nothing.</summary>
    public static long ReadLife(FileDescriptor board) => ReadNumber(board, LifeOffset);

    private static Errno WriteNumber(FileDescriptor board, long number, int offset)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return PosixFile.WriteAllAt(board, bytes, offset);
    }

    private static long ReadNumber(FileDescriptor board, int offset)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        return PosixFile.ReadFullyAt(board, bytes, offset, out int count) == Errno.None && count == bytes.Length
            ? BinaryPrimitives.ReadInt64LittleEndian(bytes)
            : 0;
    }
}
