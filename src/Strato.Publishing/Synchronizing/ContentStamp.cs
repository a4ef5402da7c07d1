using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Posix;

namespace Strato.Publishing.Synchronizing;

/// <summary>
/// What a source file looked like when the content that the catalog has was read from it. It proves that the file need not be read again as
/// long as the file looks the same and the catalog has the same content.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ContentStamp(
    ulong Device, ulong Inode, long Size, Timestamp Modified, Timestamp Changed, ulong Fingerprint)
{
    /// <summary>The bytes of a stamp in the index.</summary>
    public const int Length = 56;

    /// <summary>The fingerprint of what has attributes but no content.</summary>
    public const ulong NoContent = 1;

    /// <summary>A later change is sure to show in the change time only where that is older than this when the file is read.</summary>
    private static readonly TimeSpan TickMargin = TimeSpan.FromMilliseconds(100);

    /// <summary>The same for file systems that keep whole seconds only.</summary>
    private static readonly TimeSpan SecondMargin = TimeSpan.FromSeconds(3);

    /// <summary>True for no stamp at all.</summary>
    public bool IsNone => Inode == 0 && Fingerprint == 0;

    /// <summary>
    /// The stamp of a file whose content was read after <paramref name="scanned"/>, or none where the file had changed so shortly before
    /// that one more change might leave the same times.
    /// </summary>
    public static ContentStamp Of(in FileStatus status, DateTime scanned, ulong fingerprint)
    {
        DateTime changed = DateTime.UnixEpoch.AddSeconds(status.ChangeTime.Seconds).AddTicks(status.ChangeTime.Nanoseconds / TimeSpan.NanosecondsPerTick);
        TimeSpan margin = status.ChangeTime.Nanoseconds == 0 ? SecondMargin : TickMargin;
        return changed + margin < scanned
            ? new ContentStamp(status.Device, status.Inode, status.Size, status.ModificationTime, status.ChangeTime, fingerprint)
            : default;
    }

    /// <summary>A number that two contents share only if they are the same, for all that may happen by accident.</summary>
    public static ulong FingerprintOf(ObjectHash hash, IReadOnlyList<FileChunk> chunks)
    {
        ulong sum = hash.IsNull ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(hash.Bytes);
        for (int index = 0; index < chunks.Count; index++)
        {
            ObjectHash chunk = chunks[index].Hash;
            sum = (ulong.RotateLeft(sum, 7) * 31) + BinaryPrimitives.ReadUInt64LittleEndian(chunk.Bytes);
        }

        return sum;
    }

    /// <summary>
    /// True where the file's content is still what the stamp was made for. A change time of its own is accepted where
    /// <paramref name="isExplained"/> says that other attributes changed, which alone moves it.
    /// </summary>
    public bool Proves(in FileStatus status, ulong fingerprint, bool isExplained) =>
        !IsNone
        && Fingerprint == fingerprint
        && Device == status.Device
        && Inode == status.Inode
        && Size == status.Size
        && Modified == status.ModificationTime
        && (Changed == status.ChangeTime || isExplained);

    /// <summary>
    /// True where nothing at all about a file has changed since, whatever it is: every change of content or attributes moves the change time.
    /// </summary>
    public bool IsOf(in FileStatus status) =>
        !IsNone && Device == status.Device && Inode == status.Inode && Size == status.Size && Modified == status.ModificationTime && Changed == status.ChangeTime;

    public static ContentStamp Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
        new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..])),
        new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(bytes[36..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[44..])),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Device);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Inode);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Size);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], Modified.Seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[32..], Modified.Nanoseconds);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[36..], Changed.Seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[44..], Changed.Nanoseconds);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[48..], Fingerprint);
    }
}
