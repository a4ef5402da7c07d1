using System.Text;

namespace Strato.Tests.Publishing;

/// <summary>Writes tar archives header by header, so that tests can make any, good or bad.</summary>
internal sealed class TarArchive
{
    private readonly List<byte> bytes = [];

    /// <summary>Adds an entry with a ustar header.</summary>
    public TarArchive Add(string name, char type = '0', string content = "", string link = "", int mode = 0x1a4) =>
        Add(Encoding.Latin1.GetBytes(name), type, Encoding.Latin1.GetBytes(content), Encoding.Latin1.GetBytes(link), mode);

    /// <summary>Adds an entry with a ustar header; the size is the content's unless another is claimed.</summary>
    public TarArchive Add(byte[] name, char type, byte[] content, byte[] link, int mode = 0x1a4, long? size = null)
    {
        byte[] header = Header(name, type, link, mode, size ?? content.Length);
        Seal(header);
        bytes.AddRange(header);
        AddContent(content);
        return this;
    }

    /// <summary>Adds a sparse file as GNU tar did before pax: the first regions in the header, the others in blocks after it.</summary>
    public TarArchive OldSparse(string name, (long Offset, long Length)[] regions, long size, string content)
    {
        const int inHeader = 4;
        const int inBlock = 21;
        byte[] header = Header(Encoding.Latin1.GetBytes(name), 'S', [], 0x1a4, content.Length);
        "ustar  \0"u8.CopyTo(header.AsSpan(257));
        Regions(header, 386, regions.Take(inHeader));
        header[482] = (byte)(regions.Length > inHeader ? 1 : 0);
        Octal(header, 483, 12, size);
        Seal(header);
        bytes.AddRange(header);
        for (int done = inHeader; done < regions.Length; done += inBlock)
        {
            byte[] block = new byte[512];
            Regions(block, 0, regions.Skip(done).Take(inBlock));
            block[504] = (byte)(done + inBlock < regions.Length ? 1 : 0);
            bytes.AddRange(block);
        }

        AddContent(Encoding.Latin1.GetBytes(content));
        return this;
    }

    /// <summary>Adds a pax header for the next entry.</summary>
    public TarArchive Pax(params (string Key, string Value)[] records)
    {
        StringBuilder text = new();
        foreach ((string key, string value) in records)
        {
            int length = key.Length + value.Length + 3;
            length += $"{length + $"{length}".Length}".Length;
            text.Append(length).Append(' ').Append(key).Append('=').Append(value).Append('\n');
        }

        return Add("pax", 'x', text.ToString());
    }

    /// <summary>The archive with its end mark.</summary>
    public MemoryStream End()
    {
        return new MemoryStream([.. bytes, .. new byte[1024]]);
    }

    /// <summary>The archive without an end mark, cut to a length where one is given.</summary>
    public MemoryStream Cut(int? length = null) => new([.. bytes.Take(length ?? bytes.Count)]);

    private static byte[] Header(byte[] name, char type, byte[] link, int mode, long size)
    {
        byte[] header = new byte[512];
        name.CopyTo(header, 0);
        Octal(header, 100, 8, mode);
        Octal(header, 108, 8, 1000);
        Octal(header, 116, 8, 1000);
        Octal(header, 124, 12, size);
        Octal(header, 136, 12, 1_700_000_000);
        header[156] = (byte)type;
        link.CopyTo(header, 157);
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        return header;
    }

    private static void Seal(byte[] header)
    {
        header.AsSpan(148, 8).Fill((byte)' ');
        Octal(header, 148, 7, header.Sum(value => value));
    }

    private static void Regions(byte[] block, int position, IEnumerable<(long Offset, long Length)> regions)
    {
        foreach ((long offset, long length) in regions)
        {
            Octal(block, position, 12, offset);
            Octal(block, position + 12, 12, length);
            position += 24;
        }
    }

    private void AddContent(byte[] content)
    {
        bytes.AddRange(content);
        bytes.AddRange(new byte[(512 - (content.Length % 512)) % 512]);
    }

    private static void Octal(byte[] header, int offset, int length, long value) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(length - 1, '0')).CopyTo(header, offset);
}
