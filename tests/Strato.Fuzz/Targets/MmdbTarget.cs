using System.Net;
using Strato.Core;
using Strato.Web.Geo;

namespace Strato.Fuzz.Targets;

/// <summary>Databases of places: whatever their bytes are, an address has a place or none.</summary>
internal sealed class MmdbTarget : IFuzzTarget
{
    private static readonly IPAddress[] Addresses = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1"), IPAddress.IPv6None, IPAddress.Broadcast];

    public string Name => "mmdb";

    public IEnumerable<byte[]> Seeds =>
    [
        // One node whose right side leads to a record of a location, in a database of IPv4.
        [
            0, 0, 1, 0, 0, 17, .. new byte[16],
            0xE1, 0x48, .. "location"u8, 0xE2, 0x48, .. "latitude"u8, 0x68, 0x40, 0x47, 0x1D, 0xBF, 0x48, 0x7F, 0xCB, 0x92, 0x49, .. "longitude"u8, 0x68, 0x40, 0x18, 0x33, 0x9C, 0x0E, 0xBE, 0xDF, 0xA4,
            0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8,
            0xE4, 0x5B, .. "binary_format_major_version"u8, 0xA1, 2, 0x4A, .. "ip_version"u8, 0xA1, 4, 0x4A, .. "node_count"u8, 0xC1, 1, 0x4B, .. "record_size"u8, 0xA1, 24,
        ],
    ];

    public bool Run(byte[] input)
    {
        try
        {
            MmdbFile file = MmdbFile.Parse(input, "input");
            return Array.TrueForAll(Addresses, address => file.Find(address) is not { } place || GeoPoint.IsValid(place.Latitude, place.Longitude))
                ? true
                : throw new InvalidOperationException("an address has a place that is none");
        }
        catch (StratoException)
        {
            return false;
        }
    }
}
