using System.Buffers.Text;
using System.Text;

namespace Strato.Publishing.Tarballs;

/// <summary>
/// The records of pax extended headers (POSIX.1-2001): <c>LENGTH KEY=VALUE\n</c>. Later records replace earlier ones, but those of old
/// GNU sparse maps, which repeat.
/// </summary>
internal sealed class PaxRecords
{
    private readonly Dictionary<string, byte[]> values = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<byte[], byte[]>> xattrs = [];

    public PaxRecords()
    {
    }

    /// <summary>Begins with another header's records: those of a global header.</summary>
    public PaxRecords(PaxRecords inherited)
    {
        foreach ((string key, byte[] value) in inherited.values)
        {
            values[key] = value;
        }

        xattrs.AddRange(inherited.xattrs);
    }

    public IReadOnlyList<KeyValuePair<byte[], byte[]>> Xattrs => xattrs;

    /// <summary>Offsets and lengths of <c>GNU.sparse.offset</c> and <c>GNU.sparse.numbytes</c>, in their order.</summary>
    public List<long> SparsePairs { get; } = [];

    /// <summary>Takes the records of one header; false where they are malformed.</summary>
    public bool TryAdd(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            int space = records.IndexOf((byte)' ');
            if (space <= 0 || !Utf8Parser.TryParse(records[..space], out int length, out int digits) || digits != space
                || length <= space + 2 || length > records.Length || records[length - 1] != '\n')
            {
                return false;
            }

            ReadOnlySpan<byte> record = records[(space + 1)..(length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals <= 0 || !TryAdd(record[..equals], record[(equals + 1)..]))
            {
                return false;
            }

            records = records[length..];
        }

        return true;
    }

    /// <summary>A value by its key; an empty one counts as absent, as POSIX has it.</summary>
    public byte[]? Value(string key) => values.TryGetValue(key, out byte[]? value) && value.Length > 0 ? value : null;

    /// <summary>A decimal number; null where it is absent. False where it is malformed.</summary>
    public bool TryNumber(string key, out long? number)
    {
        number = null;
        if (Value(key) is not { } text)
        {
            return true;
        }

        bool valid = Utf8Parser.TryParse(text, out long value, out int used) && used == text.Length;
        number = value;
        return valid;
    }

    /// <summary>A time in seconds with a decimal fraction, as <c>mtime</c> has it. False where it is malformed.</summary>
    public bool TryTime(string key, out (long Seconds, int Nanoseconds)? time)
    {
        time = null;
        if (Value(key) is not { } text)
        {
            return true;
        }

        int point = text.AsSpan().IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? text : text.AsSpan(0, point);
        if (!Utf8Parser.TryParse(whole, out long seconds, out int used) || used != whole.Length)
        {
            return false;
        }

        int nanoseconds = 0;
        int scale = 100_000_000;
        foreach (byte digit in point < 0 ? default : text.AsSpan(point + 1))
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            nanoseconds += (digit - '0') * scale;
            scale /= 10;
        }

        bool negative = text[0] == '-';
        time = negative && nanoseconds > 0 ? (seconds - 1, 1_000_000_000 - nanoseconds) : (seconds, nanoseconds);
        return true;
    }

    private bool TryAdd(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> xattr = "SCHILY.xattr."u8;
        if (key.StartsWith(xattr))
        {
            SetXattr(XattrName(key[xattr.Length..]), value.ToArray());
            return key.Length > xattr.Length;
        }

        string name = Encoding.UTF8.GetString(key);
        if (name is "GNU.sparse.offset" or "GNU.sparse.numbytes")
        {
            bool isOffset = name.EndsWith("offset", StringComparison.Ordinal);
            bool valid = Utf8Parser.TryParse(value, out long number, out int used) && used == value.Length
                && SparsePairs.Count % 2 == (isOffset ? 0 : 1) && SparsePairs.Count < 2 * TarLimits.SparseRegions;
            SparsePairs.Add(number);
            return valid;
        }

        values[name] = value.ToArray();
        return true;
    }

    /// <summary>A keyword ends at the first equals sign, so that GNU tar writes one in an attribute's name as %3D, and a percent sign as %25.</summary>
    private static byte[] XattrName(ReadOnlySpan<byte> keyword)
    {
        byte[] name = new byte[keyword.Length];
        int length = 0;
        while (!keyword.IsEmpty)
        {
            (byte next, int taken) = keyword.StartsWith("%3D"u8) ? ((byte)'=', 3) : keyword.StartsWith("%25"u8) ? ((byte)'%', 3) : (keyword[0], 1);
            name[length++] = next;
            keyword = keyword[taken..];
        }

        return name[..length];
    }

    private void SetXattr(byte[] name, byte[] value)
    {
        xattrs.RemoveAll(xattr => xattr.Key.AsSpan().SequenceEqual(name));
        xattrs.Add(new KeyValuePair<byte[], byte[]>(name, value));
    }
}
