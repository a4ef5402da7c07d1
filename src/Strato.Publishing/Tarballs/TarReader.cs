using System.Diagnostics.CodeAnalysis;
using Strato.Core;

namespace Strato.Publishing.Tarballs;

/// <summary>
/// Reads a tar archive forward: old, ustar, GNU and pax headers, names and attributes as bytes, sparse files of GNU's old and pax
/// formats. Memory is bounded by <see cref="TarLimits"/>. Not thread-safe.
/// </summary>
/// <remarks>
/// .NET's own reader takes names through UTF-8 text and knows no sparse files. Sources: POSIX.1-2017 pax, "Basic Tar Format" of GNU tar.
/// Every failure is a <see cref="StratoException"/> that says how far into the archive it is.
/// </remarks>
internal sealed class TarReader
{
    private readonly TarInput input;
    private readonly SparseFormats sparse;
    private readonly byte[] block = new byte[TarInput.BlockLength];
    private PaxRecords global = new();
    private TarContent? content;
    private bool ended;
    private bool any;

    /// <summary>Reads from a stream.</summary>
    /// <param name="stream">The plain archive; it stays the caller's.</param>
    /// <param name="archive">What people call it: a file's name or <c>the standard input</c>.</param>
    public TarReader(Stream stream, string archive)
    {
        input = new TarInput(stream, archive);
        sparse = new SparseFormats(input);
    }

    /// <summary>The number of the archive's bytes that were read.</summary>
    public long Position => input.Position;

    /// <summary>
    /// Reads the next entry's header, passing over what is left of the current content. False after the end mark, or at the end of an
    /// archive without any entry.
    /// </summary>
    public bool TryReadEntry([NotNullWhen(true)] out TarEntry? entry)
    {
        entry = null;
        if (ended)
        {
            return false;
        }

        content?.SkipRest(input);
        content = null;
        PaxRecords records = new(global);
        byte[]? longName = null;
        byte[]? longLink = null;
        bool extended = false;
        while (true)
        {
            if (!input.TryReadBlock(block))
            {
                ended = true;
                return any ? throw input.Truncated() : false;
            }

            TarHeader header = new(block);
            if (header.IsZero)
            {
                ended = true;
                input.SkipAll();
                return extended ? throw input.Truncated() : false;
            }

            if (!header.IsChecksumRight)
            {
                throw input.Malformed("a header's checksum is wrong");
            }

            any = true;
            extended = header.Type is (byte)'x' or (byte)'X' or (byte)'L' or (byte)'K';
            switch ((char)header.Type)
            {
                case 'x' or 'X':
                    Add(records, ReadExtension(header));
                    break;
                case 'g':
                    PaxRecords everywhere = new(global);
                    Add(everywhere, ReadExtension(header));
                    global = everywhere;
                    records = new PaxRecords(global);
                    break;
                case 'L':
                    longName = TrimNul(ReadExtension(header));
                    break;
                case 'K':
                    longLink = TrimNul(ReadExtension(header));
                    break;
                case 'V':
                    SkipExtension(header);
                    break;
                case 'M':
                    throw input.Malformed("it continues another volume");
                default:
                    entry = MakeEntry(header, records, longName, longLink);
                    return true;
            }
        }
    }

    /// <summary>Reads the current file's content forward, holes as zeros; 0 at its end.</summary>
    public int ReadContent(Span<byte> destination) => content?.Read(input, destination) ?? 0;

    private TarEntry MakeEntry(TarHeader header, PaxRecords records, byte[]? longName, byte[]? longLink)
    {
        byte[] name = records.Value("GNU.sparse.name") ?? records.Value("path") ?? longName ?? header.Name;
        byte[] link = records.Value("linkpath") ?? longLink ?? header.LinkTarget.ToArray();
        if (!header.TryMode(out long mode) || !header.TryOwner(out long uid, out long gid) || !header.TrySize(out long stored)
            || !header.TryMtime(out long mtime) || !header.TryDevice(out long major, out long minor)
            || !records.TryNumber("uid", out long? paxUid) || !records.TryNumber("gid", out long? paxGid)
            || !records.TryNumber("size", out long? paxSize) || paxSize < 0
            || !records.TryTime("mtime", out (long Seconds, int Nanoseconds)? paxMtime))
        {
            throw input.Malformed($"a number in the header of '{Core.Paths.BytesText.Escape(name)}' cannot be read");
        }

        TarEntryType type = TypeOf((char)header.Type, name);

        // Only pax archives store content after a hard link's header; older ones may give the target's size without any.
        stored = type switch
        {
            TarEntryType.File => paxSize ?? stored,
            TarEntryType.HardLink => paxSize ?? 0,
            _ when header.Type == 'D' => stored,
            _ => 0,
        };
        content = sparse.Open(header, records, stored, name);
        return new TarEntry
        {
            Name = name,
            Type = type,
            LinkTarget = type is TarEntryType.HardLink or TarEntryType.SymbolicLink ? link : [],
            Permissions = (int)(mode & 0xfff),
            Uid = paxUid ?? uid,
            Gid = paxGid ?? gid,
            Size = type == TarEntryType.File ? content.Length : 0,
            Mtime = paxMtime?.Seconds ?? mtime,
            MtimeNanoseconds = paxMtime?.Nanoseconds ?? 0,
            DeviceMajor = checked((int)Math.Clamp(major, 0, int.MaxValue)),
            DeviceMinor = checked((int)Math.Clamp(minor, 0, int.MaxValue)),
            Xattrs = records.Xattrs,
        };
    }

    private byte[] ReadExtension(TarHeader header)
    {
        if (!header.TrySize(out long size) || size > TarLimits.ExtensionLength)
        {
            throw input.Malformed("an extension header is too large");
        }

        byte[] data = new byte[size];
        input.ReadExactly(data);
        input.SkipPadding();
        return data;
    }

    private void SkipExtension(TarHeader header)
    {
        if (!header.TrySize(out long size))
        {
            throw input.Malformed("a volume label's size cannot be read");
        }

        input.Skip(size);
        input.SkipPadding();
    }

    private void Add(PaxRecords records, byte[] data)
    {
        if (!records.TryAdd(data))
        {
            throw input.Malformed("a pax header's records are malformed");
        }
    }

    private static byte[] TrimNul(byte[] name)
    {
        int end = name.AsSpan().IndexOf((byte)0);
        return end < 0 ? name : name[..end];
    }

    private static TarEntryType TypeOf(char type, byte[] name) => type switch
    {
        '1' => TarEntryType.HardLink,
        '2' => TarEntryType.SymbolicLink,
        '3' => TarEntryType.CharacterDevice,
        '4' => TarEntryType.BlockDevice,
        '5' or 'D' => TarEntryType.Directory,
        '6' => TarEntryType.Fifo,
        '\0' or '0' when name.AsSpan().EndsWith("/"u8) => TarEntryType.Directory,

        // POSIX: a type that a reader does not know is a regular file.
        _ => TarEntryType.File,
    };
}
