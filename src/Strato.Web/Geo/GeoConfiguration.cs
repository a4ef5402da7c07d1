using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Strato.Core;
using Strato.Core.Paths;

namespace Strato.Web.Geo;

/// <summary>
/// What a site knows of places: a text file of lines <c>server NAME LATITUDE LONGITUDE</c>, <c>network CIDR LATITUDE LONGITUDE</c> and
/// <c>database FILE</c>, with <c>#</c> before comments. Immutable.
/// </summary>
internal sealed class GeoConfiguration
{
    /// <summary>The longest file that is read, in bytes.</summary>
    public const int MaximumLength = 16 * 1024 * 1024;

    private static readonly char[] Blanks = [' ', '\t'];

    private readonly Dictionary<string, GeoPoint> servers;

    private GeoConfiguration(Dictionary<string, GeoPoint> servers, GeoNetworks networks, string? database)
    {
        this.servers = servers;
        Networks = networks;
        Database = database;
    }

    /// <summary>Nothing is known.</summary>
    public static GeoConfiguration Empty { get; } = new([], new GeoNetworks([]), null);

    public GeoNetworks Networks { get; }

    /// <summary>The MaxMind database's file; null where there is none.</summary>
    public string? Database { get; }

    /// <summary>Reads a file's text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="StratoException">A line is none of the three; the message tells which.</exception>
    public static GeoConfiguration Parse(string text, string source)
    {
        Dictionary<string, GeoPoint> named = new(StringComparer.OrdinalIgnoreCase);
        List<(IPNetwork, GeoPoint)> networks = [];
        string? database = null;
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            int comment = line.IndexOf('#', StringComparison.Ordinal);
            string[] words = (comment < 0 ? line : line[..comment]).Trim().Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case []:
                    break;
                case ["server", string name, string latitude, string longitude] when TryParse(latitude, longitude, out GeoPoint place):
                    named[name] = place;
                    break;
                case ["network", string cidr, string latitude, string longitude] when TryParse(latitude, longitude, out GeoPoint place):
                    networks.Add((Network(cidr) ?? throw Malformed(source, number, $"'{BytesText.Escape(cidr)}' is no network such as 192.0.2.0/24 or 2001:db8::/32"), place));
                    break;
                case ["database", ['/', ..] file]:
                    database = file;
                    break;
                default:
                    throw Malformed(source, number, "write 'server NAME LATITUDE LONGITUDE', 'network CIDR LATITUDE LONGITUDE' or 'database /FILE'");
            }
        }

        return new GeoConfiguration(named, new GeoNetworks(networks), database);
    }

    /// <summary>The place of a server that the file names.</summary>
    public bool TryFindServer(string name, [NotNullWhen(true)] out GeoPoint? place)
    {
        bool isKnown = servers.TryGetValue(name, out GeoPoint found);
        place = isKnown ? found : null;
        return isKnown;
    }

    private static IPNetwork? Network(string cidr)
    {
        if (cidr.Contains('/', StringComparison.Ordinal))
        {
            return IPNetwork.TryParse(cidr, out IPNetwork network) ? network : null;
        }

        return IPAddress.TryParse(cidr, out IPAddress? address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
    }

    private static bool TryParse(string latitude, string longitude, out GeoPoint place)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        bool isNumber = double.TryParse(latitude, style, CultureInfo.InvariantCulture, out double north) & double.TryParse(longitude, style, CultureInfo.InvariantCulture, out double east);
        place = new GeoPoint(north, east);
        return isNumber && GeoPoint.IsValid(north, east);
    }

    private static StratoException Malformed(string source, int line, string problem) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{source}, line {line}: {problem}"));
}
