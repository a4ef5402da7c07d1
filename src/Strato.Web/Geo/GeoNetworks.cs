using System.Net;

namespace Strato.Web.Geo;

/// <summary>Places of networks; of several that hold an address the narrowest counts. Immutable.</summary>
internal sealed class GeoNetworks
{
    // By the length of the prefix, the longest first.
    private readonly (int Length, Dictionary<IPAddress, GeoPoint> Places)[] byLength;

    /// <summary>Makes it of networks, the later of equal ones counting.</summary>
    public GeoNetworks(IEnumerable<(IPNetwork Network, GeoPoint Place)> networks)
    {
        SortedDictionary<int, Dictionary<IPAddress, GeoPoint>> found = [];
        foreach ((IPNetwork network, GeoPoint place) in networks)
        {
            // IPv4 is looked up as the part of IPv6 that it is mapped to, so that one table does for both.
            bool isFour = network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
            int length = network.PrefixLength + (isFour ? 96 : 0);
            if (!found.TryGetValue(length, out Dictionary<IPAddress, GeoPoint>? places))
            {
                found.Add(length, places = []);
            }

            // A network may be written with bits behind its prefix.
            byte[] bytes = network.BaseAddress.MapToIPv6().GetAddressBytes();
            Truncate(bytes, length);
            places[new IPAddress(bytes)] = place;
        }

        byLength = [.. found.Reverse().Select(pair => (pair.Key, pair.Value))];
    }

    /// <summary>The place of the narrowest network that holds an address.</summary>
    public GeoPoint? Find(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = address.MapToIPv6().TryWriteBytes(bytes, out _);
        foreach ((int length, Dictionary<IPAddress, GeoPoint> places) in byLength)
        {
            Truncate(bytes, length);
            if (places.TryGetValue(new IPAddress(bytes), out GeoPoint place))
            {
                return place;
            }
        }

        return null;
    }

    private static void Truncate(Span<byte> bytes, int length)
    {
        int whole = length / 8;
        if (whole == bytes.Length)
        {
            return;
        }

        bytes[whole] &= (byte)(0xff00 >> (length % 8));
        bytes[(whole + 1)..].Clear();
    }
}
