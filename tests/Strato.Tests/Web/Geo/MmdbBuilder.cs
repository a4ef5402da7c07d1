using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Strato.Tests.Web.Geo;

/// <summary>Writes databases in MaxMind's format for tests, written after the format's public specification.</summary>
internal sealed class MmdbBuilder(int recordSize = 24, int addresses = 6)
{
    private readonly List<long[]> nodes = [[-1, -1]];
    private readonly List<byte> data = [];

    /// <summary>Adds a network with a record of a city's kind.</summary>
    public MmdbBuilder Add(string cidr, double latitude, double longitude)
    {
        int place = data.Count;
        Map(3);
        Text("city");
        Map(1);
        Text("geoname_id");
        data.AddRange([0xC2, 0x12, 0x34]);
        Text("location");
        Map(3);
        Text("accuracy_radius");
        data.AddRange([0xA1, 100]);
        Text("latitude");
        Number(latitude);
        Text("longitude");
        Number(longitude);
        Text("subdivisions");
        data.AddRange([0x02, 0x04]);
        Map(0);
        data.AddRange([0x01, 0x07]);
        Insert(IPNetwork.Parse(cidr), place);
        return this;
    }

    /// <summary>Adds a network whose record is a map whose location is reached through a pointer.</summary>
    public MmdbBuilder AddPointing(string cidr, double latitude, double longitude)
    {
        int location = data.Count;
        Map(2);
        Text("latitude");
        Number(latitude);
        Text("longitude");
        Number(longitude);
        int key = data.Count;
        Text("location");
        int place = data.Count;
        Map(1);
        Pointer(key);
        Pointer(location);
        Insert(IPNetwork.Parse(cidr), place);
        return this;
    }

    /// <summary>The file.</summary>
    public byte[] Build()
    {
        List<byte> file = [];
        foreach (long[] node in nodes)
        {
            long[] sides = [.. node.Select(side => side == -1 ? nodes.Count : side < 0 ? nodes.Count + 16 + (-side - 2) : side)];
            file.AddRange(recordSize switch
            {
                24 => [.. Bytes(sides[0], 3), .. Bytes(sides[1], 3)],
                28 => [.. Bytes(sides[0] & 0xffffff, 3), (byte)(((sides[0] >> 24) << 4) | (sides[1] >> 24)), .. Bytes(sides[1] & 0xffffff, 3)],
                _ => [.. Bytes(sides[0], 4), .. Bytes(sides[1], 4)],
            });
        }

        file.AddRange(new byte[16]);
        file.AddRange(data);
        file.AddRange([0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8]);
        data.Clear();
        Map(4);
        Text("binary_format_major_version");
        data.AddRange([0xA1, 2]);
        Text("ip_version");
        data.AddRange([0xA1, (byte)addresses]);
        Text("node_count");
        data.AddRange([0xC4, .. Bytes(nodes.Count, 4)]);
        Text("record_size");
        data.AddRange([0xA1, (byte)recordSize]);
        file.AddRange(data);
        return [.. file];
    }

    private static byte[] Bytes(long value, int length) => [.. Enumerable.Range(0, length).Select(index => (byte)(value >> (8 * (length - 1 - index))))];

    private void Insert(IPNetwork network, int place)
    {
        byte[] bytes = network.BaseAddress.GetAddressBytes();
        bool isFourInSix = bytes.Length == 4 && addresses == 6;
        int length = network.PrefixLength + (isFourInSix ? 96 : 0);
        bytes = isFourInSix ? [.. new byte[12], .. bytes] : bytes;
        int node = 0;
        for (int bit = 0; bit < length; bit++)
        {
            int side = (bytes[bit / 8] >> (7 - (bit % 8))) & 1;
            if (bit == length - 1)
            {
                nodes[node][side] = -place - 2;
                return;
            }

            if (nodes[node][side] < 0)
            {
                nodes.Add([-1, -1]);
                nodes[node][side] = nodes.Count - 1;
            }

            node = (int)nodes[node][side];
        }
    }

    private void Map(int size) => data.Add((byte)(0xE0 | size));

    private void Text(string text) => data.AddRange([(byte)(0x40 | text.Length), .. Encoding.ASCII.GetBytes(text)]);

    private void Number(double value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        data.AddRange([0x68, .. bytes]);
    }

    private void Pointer(int place) =>
        data.AddRange(place < 2048 ? [(byte)(0x20 | (place >> 8)), (byte)place] : [0x38, .. Bytes(place, 4)]);
}
