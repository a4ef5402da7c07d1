using System.Globalization;
using System.Text;
using Strato.Storage.Cache;
using Strato.Storage.Http;

namespace Strato.Storage.Fetching;

/// <summary>
/// Sorts servers by distance, as CVMFS_USE_GEOAPI asks for: up to three of the repository's servers, taken at random, are asked one after the other for
/// <c>/api/v1.0/geo/CACHING/HOST,HOST</c> and answer with the hosts' numbers, the nearest first. CACHING is the host of the proxy in use, or a name that nobody has. The order is kept in the
/// cache beside the repository's root. Whatever goes wrong, there is an order: the kept one, or the configured one. One caller at a time.
/// </summary>
/// <param name="options">The servers that may be asked, and how.</param>
/// <param name="repository">The repository's name.</param>
/// <param name="credential">What tells apart those who ask with another token; see <see cref="RepositorySourceOptions.Credential"/>.</param>
/// <param name="cache">Where the order is kept.</param>
public sealed class ServerOrder(HttpSourceOptions options, string repository, string credential, ObjectCache cache)
{
    private const int MaximumAsked = 3;
    private const int MaximumNote = 64 * 1024;

    /// <summary>How long an order is used without asking again. Machines move seldom, and the servers' places change more seldom.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>Who waits for a mount does not wait longer than this for each server that is asked.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly RootMemory memory = new(cache, repository, credential);

    /// <summary>The servers in the order in which they are to be used.</summary>
    /// <param name="list">The list's name, under which its order is kept.</param>
    /// <param name="servers">The servers' addresses as they are configured.</param>
    /// <param name="onlyKept">Whether nobody is asked: the kept order is taken, however old.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<string>> SortAsync(string list, IReadOnlyList<string> servers, bool onlyKept, CancellationToken cancellation)
    {
        // Whoever asks for the same servers asks the same question, however the site has written them down.
        string[] byName = [.. servers.OrderBy(HostOf, StringComparer.Ordinal).ThenBy(server => server, StringComparer.Ordinal)];
        if (byName.Length < 2 || byName.Any(server => HostOf(server) is null))
        {
            return servers;
        }

        byte[] name = Encoding.ASCII.GetBytes(list);
        (long asked, string[] kept) = Parse(memory.ReadNote(name, MaximumNote));
        bool isKept = kept.Order(StringComparer.Ordinal).SequenceEqual(byName.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        long now = options.Time.GetUtcNow().ToUnixTimeSeconds();
        if (onlyKept || (isKept && now >= asked && now - asked < (long)KeptFor.TotalSeconds))
        {
            return isKept ? kept : servers;
        }

        if (await AskAsync([.. byName.Select(server => HostOf(server)!)], cancellation) is not { } order)
        {
            options.Notice($"no server told which is the nearest; they are used in {(isKept ? "the order that was told before" : "the configured order")}");
            return isKept ? kept : servers;
        }

        string[] sorted = [.. order.Select(index => byName[index])];
        memory.KeepNote(name, Encoding.UTF8.GetBytes($"{now.ToString(CultureInfo.InvariantCulture)}\n{string.Join('\n', sorted)}\n"));
        return sorted;
    }

    private static string? HostOf(string server) =>
        Uri.TryCreate(server, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" && address.Host.Length > 0 ? address.Host : null;

    private static (long Asked, string[] Servers) Parse(byte[] note)
    {
        string[] lines = Encoding.UTF8.GetString(note).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > 0 && long.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out long asked) ? (asked, lines[1..]) : (0, []);
    }

    private async Task<int[]?> AskAsync(string[] hosts, CancellationToken cancellation)
    {
        string[] candidates = [.. options.Servers];
        Random.Shared.Shuffle(candidates);
        foreach (string candidate in candidates.Take(MaximumAsked))
        {
            using HttpSource source = new(options with
            {
                Servers = [candidate],
                Retries = 0,
                Timeout = Shorter(options.Timeout),
                TimeoutDirect = Shorter(options.TimeoutDirect),
                Notice = static _ => { },
            });
            Proxy proxy = source.Places.Proxies[0][0];
            string caching = proxy.Address?.Host ?? Guid.NewGuid().ToString();
            MemorySink reply = new(MaximumNote);
            FetchFailure? failure = await source.DownloadAsync(new DownloadRequest($"/api/v1.0/geo/{caching}/{string.Join(',', hosts)}"), reply, cancellation);
            cancellation.ThrowIfCancellationRequested();
            if (failure is null && ReadOrder(reply.Bytes.Span, hosts.Length) is { } order)
            {
                return order;
            }
        }

        return null;
    }

    // Each number from 1 once; anything else is no answer.
    private static int[]? ReadOrder(ReadOnlySpan<byte> reply, int count)
    {
        string[] words = Encoding.ASCII.GetString(reply).Trim().Split(',', StringSplitOptions.TrimEntries);
        int[] order = [.. words.Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number - 1 : -1)];
        return order.Order().SequenceEqual(Enumerable.Range(0, count)) ? order : null;
    }

    private static TimeSpan Shorter(TimeSpan timeout) => timeout < Patience ? timeout : Patience;
}
