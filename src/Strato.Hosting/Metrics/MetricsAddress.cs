using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Strato.Hosting.Metrics;

/// <summary>Where metrics are served: an IP address and a port, or a socket in the file system.</summary>
/// <param name="EndPoint">The address and port; null where it is a socket.</param>
/// <param name="SocketPath">The socket's absolute path; null where it is an address.</param>
public sealed record MetricsAddress(IPEndPoint? EndPoint, string? SocketPath)
{
    /// <summary>How a socket is written.</summary>
    public const string SocketScheme = "unix:";

    /// <summary>The longest path of a socket that a program can connect to, in bytes.</summary>
    private const int MaxSocketPath = 107;

    /// <summary>Reads <c>ADDR:PORT</c> or <c>unix:/PATH</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out MetricsAddress? address)
    {
        address = null;
        if (text.StartsWith(SocketScheme, StringComparison.Ordinal))
        {
            string path = text[SocketScheme.Length..];
            bool fits = path.StartsWith('/') && System.Text.Encoding.UTF8.GetByteCount(path) <= MaxSocketPath;
            address = fits ? new MetricsAddress(null, path) : null;
            return fits;
        }

        int colon = text.LastIndexOf(':');
        if (colon <= 0
            || !IPAddress.TryParse(text.AsSpan(0, colon), out IPAddress? host)
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return false;
        }

        address = new MetricsAddress(new IPEndPoint(host, port), null);
        return true;
    }

    public override string ToString() => EndPoint?.ToString() ?? SocketScheme + SocketPath;
}
