using Strato.Core;

namespace Strato.Storage.Http;

/// <summary>
/// A list of proxies as CVMFS_HTTP_PROXY and CVMFS_FALLBACK_PROXY write it: groups parted by <c>;</c>, tried one after the other; within
/// a group the proxies are parted by <c>|</c> and share the load. <c>DIRECT</c> stands for none. Immutable.
/// </summary>
public sealed class ProxySpec
{
    private const string DirectWord = "DIRECT";
    private const int MaximumLength = 64 * 1024;

    private ProxySpec(IReadOnlyList<IReadOnlyList<Proxy>> groups, int firstFallback)
    {
        Groups = groups;
        FirstFallback = firstFallback;
    }

    /// <summary>No proxy at all.</summary>
    public static ProxySpec Direct { get; } = new([[Proxy.Direct]], 1);

    /// <summary>The groups, none of them empty, the fallback ones last. There is at least one.</summary>
    public IReadOnlyList<IReadOnlyList<Proxy>> Groups { get; }

    /// <summary>The index of the first fallback group, the number of groups where there is none.</summary>
    public int FirstFallback { get; }

    /// <summary>The number of proxies in all groups.</summary>
    public int Count => Groups.Sum(group => group.Count);

    /// <summary>
    /// Reads both lists. A scheme that is missing is <c>http://</c>; blanks and empty entries are passed over; nothing at all means no
    /// proxy. As in the genuine client, <c>DIRECT</c> is dropped from a fallback list, and where there is a fallback list from the main
    /// one too.
    /// </summary>
    /// <exception cref="StratoException">An entry is no proxy's address, or asks for automatic discovery.</exception>
    public static ProxySpec Parse(string? proxies, string? fallbackProxies = null)
    {
        List<IReadOnlyList<Proxy>> fallback = ParseGroups(fallbackProxies, keepDirect: false);
        List<IReadOnlyList<Proxy>> groups = ParseGroups(proxies, keepDirect: fallback.Count == 0);
        int firstFallback = groups.Count;
        groups.AddRange(fallback);
        return groups.Count == 0 ? Direct : new ProxySpec(groups, firstFallback);
    }

    private static List<IReadOnlyList<Proxy>> ParseGroups(string? spec, bool keepDirect)
    {
        if (spec?.Length > MaximumLength)
        {
            throw new StratoException($"the list of proxies is longer than {MaximumLength} characters; shorten CVMFS_HTTP_PROXY");
        }

        List<IReadOnlyList<Proxy>> groups = [];
        foreach (string text in (spec ?? string.Empty).Split(';'))
        {
            List<Proxy> group = [];
            foreach (string entry in text.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (entry != DirectWord)
                {
                    group.Add(ParseProxy(entry));
                }
                else if (keepDirect)
                {
                    group.Add(Proxy.Direct);
                }
            }

            if (group.Count > 0)
            {
                groups.Add(group);
            }
        }

        return groups;
    }

    private static Proxy ParseProxy(string entry)
    {
        if (string.Equals(entry, "auto", StringComparison.OrdinalIgnoreCase))
        {
            throw new StratoException(
                "the proxy 'auto' (automatic discovery) is not supported; name the proxies in CVMFS_HTTP_PROXY or with --proxy");
        }

        bool hasScheme = entry.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || entry.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        return Uri.TryCreate(hasScheme ? entry : "http://" + entry, UriKind.Absolute, out Uri? address) && address.Host.Length > 0
            ? new Proxy(address)
            : throw new StratoException($"'{Shown.Text(entry)}' is not a proxy's address; write http://HOST:PORT or DIRECT");
    }
}
