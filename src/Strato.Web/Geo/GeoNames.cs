using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Strato.Web.Geo;

/// <summary>
/// The places of names: the configuration's servers, addresses, and what the DNS says, of which IPv4 counts before IPv6. Answers of the DNS are kept for
/// <see cref="Lifetime"/>; where it fails an older one is used. Who asks has chosen the names, so their number and the lookups at a time
/// are bounded. Thread-safe.
/// </summary>
internal sealed class GeoNames(GeoPlaces places, Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider clock) : IDisposable
{
    private const int MaximumNames = 10_000;
    private const int MaximumLookups = 16;
    private const int MaximumLength = 255;

    private static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (DateTimeOffset Time, IPAddress[] Addresses)> known = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim lookups = new(MaximumLookups);

    /// <summary>How long an answer is kept.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(5);

    /// <summary>The place of a name or an address; null where it is not known.</summary>
    public async ValueTask<GeoPoint?> FindAsync(string name, CancellationToken cancellation)
    {
        if (name.Length is 0 or > MaximumLength || !name.All(IsAllowed))
        {
            return null;
        }

        if (places.FindServer(name) is { } configured)
        {
            return configured;
        }

        if (IPAddress.TryParse(name, out IPAddress? address))
        {
            return places.Find(address);
        }

        if (!name.Contains('.', StringComparison.Ordinal))
        {
            return null;
        }

        IPAddress[] addresses = await ResolveAsync(name, cancellation);
        return addresses.OrderBy(found => found.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).Select(places.Find).FirstOrDefault(place => place is not null);
    }

    public void Dispose() => lookups.Dispose();

    private static bool IsAllowed(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or ':' or '-';

    private async ValueTask<IPAddress[]> ResolveAsync(string name, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        bool isKnown = known.TryGetValue(name, out (DateTimeOffset Time, IPAddress[] Addresses) before);
        if (isKnown && now >= before.Time && now - before.Time <= Lifetime)
        {
            return before.Addresses;
        }

        if (!isKnown && known.Count >= MaximumNames)
        {
            known.Clear();
        }

        IPAddress[] addresses = await AskAsync(name, cancellation);
        addresses = addresses.Length == 0 && isKnown ? before.Addresses : addresses;
        known[name] = (now, addresses);
        return addresses;
    }

    private async ValueTask<IPAddress[]> AskAsync(string name, CancellationToken cancellation)
    {
        using CancellationTokenSource bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(LookupTimeout);
        await lookups.WaitAsync(cancellation);
        try
        {
            return await resolve(name, bounded.Token);
        }
        catch (Exception error) when (error is SocketException or ArgumentException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // A name without an address is an unknown place.
            return [];
        }
        finally
        {
            lookups.Release();
        }
    }
}
