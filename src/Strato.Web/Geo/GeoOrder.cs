namespace Strato.Web.Geo;

/// <summary>Orders servers by their distance, as the genuine servers do.</summary>
internal sealed class GeoOrder(GeoNames names)
{
    /// <summary>What parts servers from backup proxies in a request.</summary>
    public const string ProxySeparator = "+PXYSEP+";

    /// <summary>
    /// The numbers of the servers, from 1 on, the nearest first and those of unknown places last; equal ones in the order of the request. Null where no
    /// server's place is known.
    /// </summary>
    /// <param name="client">From where.</param>
    /// <param name="servers">
    /// Names; with <see cref="ProxySeparator"/> among them those behind it are proxies, and the servers are ordered by their distance from the nearest proxy.
    /// The separator's own number comes last then.
    /// </param>
    /// <param name="looksBehind">Whether the request came through a content delivery network, behind which a server is <c>ip.NAME</c>.</param>
    /// <param name="cancellation">The client is gone.</param>
    public async ValueTask<IReadOnlyList<int>?> SortAsync(GeoPoint client, IReadOnlyList<string> servers, bool looksBehind, CancellationToken cancellation)
    {
        int separator = servers.ToList().IndexOf(ProxySeparator);
        if (separator < 0)
        {
            (bool isAnyKnown, List<int> order, _) = await SortAsync(client, servers, 0, servers.Count, looksBehind, cancellation);
            return isAnyKnown ? order : null;
        }

        (bool isProxyKnown, List<int> proxies, GeoPoint? nearest) = await SortAsync(client, servers, separator + 1, servers.Count, looksBehind: false, cancellation);
        (bool isServerKnown, List<int> hosts, _) = await SortAsync(isProxyKnown ? nearest!.Value : client, servers, 0, separator, looksBehind, cancellation);
        return isServerKnown ? [.. hosts, .. proxies, separator + 1] : null;
    }

    private async ValueTask<(bool IsAnyKnown, List<int> Order, GeoPoint? Nearest)> SortAsync(
        GeoPoint client, IReadOnlyList<string> servers, int start, int end, bool looksBehind, CancellationToken cancellation)
    {
        List<(double Arc, int Number, GeoPoint? Place)> found = [];
        for (int index = start; index < end; index++)
        {
            GeoPoint? place = looksBehind ? await names.FindAsync("ip." + servers[index], cancellation) : null;
            place ??= await names.FindAsync(servers[index], cancellation);
            found.Add((place is { } known ? client.ArcTo(known) : double.PositiveInfinity, index + 1, place));
        }

        List<(double Arc, int Number, GeoPoint? Place)> sorted = [.. found.OrderBy(server => server.Arc)];
        return (found.Exists(server => server.Place is not null), [.. sorted.Select(server => server.Number)], sorted.Count > 0 ? sorted[0].Place : null);
    }
}
