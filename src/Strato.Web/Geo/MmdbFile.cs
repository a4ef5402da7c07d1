using System.Buffers.Binary;
using System.Net;
using Strato.Core;

namespace Strato.Web.Geo;

/// <summary>
/// A database of places by address in MaxMind's DB format 2.0 (GeoLite2 City and its like): a binary tree over the address's bits, whose leaves point to
/// records. It is read whole into memory, as it may be replaced or cut short in place. Immutable; every byte of it may be wrong, which makes an address unknown.
/// </summary>
internal sealed class MmdbFile
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaximumLength = 1 << 30;

    private const int SeparatorLength = 16;
    private const int MetadataArea = 128 * 1024;

    private readonly ReadOnlyMemory<byte> tree;
    private readonly ReadOnlyMemory<byte> data;
    private readonly uint nodeCount;
    private readonly int recordSize;
    private readonly bool isSix;

    private MmdbFile(ReadOnlyMemory<byte> tree, ReadOnlyMemory<byte> data, uint nodeCount, int recordSize, bool isSix)
    {
        this.tree = tree;
        this.data = data;
        this.nodeCount = nodeCount;
        this.recordSize = recordSize;
        this.isSix = isSix;
    }

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="bytes">The bytes, which stay as they are.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="StratoException">It is no such database.</exception>
    public static MmdbFile Parse(ReadOnlyMemory<byte> bytes, string source)
    {
        ReadOnlySpan<byte> marker = [0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8];
        ReadOnlySpan<byte> end = bytes.Span[Math.Max(0, bytes.Length - MetadataArea)..];
        int found = end.LastIndexOf(marker);
        if (found < 0)
        {
            throw new StratoException($"{source} is no MaxMind database: it has no metadata");
        }

        MmdbData metadata = new(bytes[(bytes.Length - end.Length + found + marker.Length)..]);
        uint version = Number("binary_format_major_version");
        uint nodes = Number("node_count");
        uint record = Number("record_size");
        uint addresses = Number("ip_version");
        long treeLength = nodes * (long)record / 4;
        if (version != 2 || record is not (24 or 28 or 32) || addresses is not (4 or 6) || nodes == 0 || treeLength + SeparatorLength > bytes.Length)
        {
            throw new StratoException($"{source} is no MaxMind database of format 2 whose parts fit together; fetch it again");
        }

        return new MmdbFile(bytes[..(int)treeLength], bytes[((int)treeLength + SeparatorLength)..], nodes, (int)record, addresses == 6);

        uint Number(string name) => metadata.TryFind(0, name, out int place) && metadata.TryReadNumber(place, out uint value) ? value : 0;
    }

    /// <summary>The place of an address; null where the database does not know it.</summary>
    public GeoPoint? Find(IPAddress address)
    {
        if (!TryFindRecord(address, out int record))
        {
            return null;
        }

        MmdbData records = new(data);
        return records.TryFind(record, "location", out int location)
            && records.TryFind(location, "latitude", out int latitudeAt) && records.TryReadDouble(latitudeAt, out double latitude)
            && records.TryFind(location, "longitude", out int longitudeAt) && records.TryReadDouble(longitudeAt, out double longitude)
            && GeoPoint.IsValid(latitude, longitude)
                ? new GeoPoint(latitude, longitude)
                : null;
    }

    private bool TryFindRecord(IPAddress address, out int record)
    {
        record = 0;
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        byte[] bytes = plain.GetAddressBytes();
        if (bytes.Length == 16 && !isSix)
        {
            return false;
        }

        // IPv4 is found below 96 zero bits in a tree of IPv6.
        uint node = 0;
        for (int bit = 0; bit < (bytes.Length == 4 && isSix ? 96 : 0) && node < nodeCount; bit++)
        {
            node = Child(node, 0);
        }

        for (int bit = 0; bit < bytes.Length * 8 && node < nodeCount; bit++)
        {
            node = Child(node, (bytes[bit / 8] >> (7 - (bit % 8))) & 1);
        }

        long offset = (long)node - nodeCount - SeparatorLength;
        record = (int)Math.Clamp(offset, 0, int.MaxValue);
        return offset >= 0 && offset < data.Length;
    }

    private uint Child(uint node, int side)
    {
        ReadOnlySpan<byte> pair = tree.Span.Slice((int)(node * (long)recordSize / 4), recordSize / 4);
        return recordSize switch
        {
            24 => (uint)((pair[3 * side] << 16) | (pair[(3 * side) + 1] << 8) | pair[(3 * side) + 2]),
            28 => side == 0
                ? (uint)(((pair[3] & 0xf0) << 20) | (pair[0] << 16) | (pair[1] << 8) | pair[2])
                : (uint)(((pair[3] & 0x0f) << 24) | (pair[4] << 16) | (pair[5] << 8) | pair[6]),
            _ => BinaryPrimitives.ReadUInt32BigEndian(pair[(4 * side)..]),
        };
    }
}
