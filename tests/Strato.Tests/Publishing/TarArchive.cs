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
        byte[] header = new byte[512];
        name.CopyTo(header, 0);
        Octal(header, 100, 8, mode);
        Octal(header, 108, 8, 1000);
        Octal(header, 116, 8, 1000);
        Octal(header, 124, 12, size ?? content.Length);
        Octal(header, 136, 12, 1_700_000_000);
        header[156] = (byte)type;
        link.CopyTo(header, 157);
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        header.AsSpan(148, 8).Fill((byte)' ');
        Octal(header, 148, 7, header.Sum(value => value));
        bytes.AddRange(header);
        bytes.AddRange(content);
        bytes.AddRange(new byte[(512 - (content.Length % 512)) % 512]);
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

    private static void Octal(byte[] header, int offset, int length, long value) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(length - 1, '0')).CopyTo(header, offset);
}
