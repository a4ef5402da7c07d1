using System.Net;
using System.Text;
using Strato.Core;
using Strato.Web.Geo;

namespace Strato.Fuzz.Targets;

/// <summary>Configurations of places.</summary>
internal sealed class GeoConfigurationTarget : IFuzzTarget
{
    public string Name => "geo-configuration";

    public IEnumerable<byte[]> Seeds => ["server a.example.org 46.2 6.05\nnetwork 10.0.0.0/8 1 2 # here\nnetwork 2001:db8::/32 -3.5 151\ndatabase /a.mmdb\n"u8.ToArray()];

    public bool Run(byte[] input)
    {
        try
        {
            _ = GeoConfiguration.Parse(Encoding.UTF8.GetString(input), "input").Networks.Find(IPAddress.Parse("10.1.2.3"));
            return true;
        }
        catch (StratoException)
        {
            return false;
        }
    }
}
