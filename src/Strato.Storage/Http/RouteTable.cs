using Strato.Core;

namespace Strato.Storage.Http;

/// <summary>
/// Which server and which proxy are in use, shared by all requests: a place that failed is left by everybody at once, and the preferred
/// ones are taken up again after a while. Thread-safe.
/// </summary>
internal sealed class RouteTable
{
    private readonly HttpSourceOptions options;
    private readonly Random random;
    private readonly Lock gate = new();
    private string[] servers;
    private Proxy[][] groups;
    private int server;
    private int group;
    private int member;
    private long turn;
    private DateTimeOffset? leftServer;
    private DateTimeOffset? leftProxy;

    public RouteTable(HttpSourceOptions options, Random random)
    {
        if (options.Servers.Count == 0)
        {
            throw new StratoException("no server is configured; set CVMFS_SERVER_URL or give --server");
        }

        this.options = options;
        this.random = random;
        servers = [.. options.Servers.Select(Normalize)];
        groups = Shuffle(options.Proxies);
    }

    public int ServerCount => servers.Length;

    public int ProxyCount => groups.Sum(members => members.Length);

    /// <summary>The servers, and the groups of proxies, each in the order in which they are used.</summary>
    public (IReadOnlyList<string> Servers, IReadOnlyList<IReadOnlyList<Proxy>> Groups) Places
    {
        get
        {
            lock (gate)
            {
                return ([.. servers], [.. groups.Select(group => (IReadOnlyList<Proxy>)[.. group])]);
            }
        }
    }

    /// <summary>The way to take now.</summary>
    public Route Current
    {
        get
        {
            lock (gate)
            {
                ReturnToPreferred();
                return new Route(server, servers[server], groups[group][member], turn);
            }
        }
    }

    /// <summary>
    /// The way for a request that has failed at some servers, one at least not among them: the present one, or that to the next server where it
    /// has not been. While many requests fail at once the present one may lead back to where this request comes from.
    /// </summary>
    public Route CurrentUnless(IReadOnlyCollection<int> failedServers)
    {
        Route current = Current;
        if (!failedServers.Contains(current.Server))
        {
            return current;
        }

        // A person may have named other servers meanwhile, and fewer.
        string[] all = Volatile.Read(ref servers);
        foreach (int candidate in Enumerable.Range(1, all.Length).Select(step => (current.Server + step) % all.Length))
        {
            if (!failedServers.Contains(candidate))
            {
                return current with { Server = candidate, ServerUrl = all[candidate], IsDetour = true };
            }
        }

        return current;
    }

    /// <summary>Leaves the server of a way that failed, for the next one in order, and takes up the first proxies again.</summary>
    public void LeaveServer(Route failed)
    {
        lock (gate)
        {
            if (failed.Turn != turn || failed.IsDetour || servers.Length == 1)
            {
                return;
            }

            server = (server + 1) % servers.Length;
            leftServer = server == 0 ? null : options.Time.GetUtcNow();
            group = 0;
            member = 0;
            leftProxy = null;
            turn++;
        }
    }

    /// <summary>Leaves the proxy of a way that failed, for another one of its group or, with all of them used up, the next group.</summary>
    public void LeaveProxy(Route failed)
    {
        lock (gate)
        {
            if (failed.Turn != turn || failed.IsDetour)
            {
                return;
            }

            if (++member == groups[group].Length)
            {
                member = 0;
                group = (group + 1) % groups.Length;
            }

            leftProxy = group == 0 && member == 0 ? null : options.Time.GetUtcNow();
            turn++;
        }
    }

    /// <summary>Goes to the first proxy of the next group, because a person says so. It is not left for the first group by itself.</summary>
    public void SwitchProxyGroup()
    {
        lock (gate)
        {
            group = (group + 1) % groups.Length;
            member = 0;
            leftProxy = null;
            turn++;
        }
    }

    /// <summary>Goes to the next server, because a person says so. It is not left for the first one by itself.</summary>
    public void SwitchServer()
    {
        lock (gate)
        {
            server = (server + 1) % servers.Length;
            leftServer = null;
            turn++;
        }
    }

    /// <summary>Uses other servers from now on.</summary>
    /// <exception cref="StratoException">There is none, or one is no address.</exception>
    public void SetServers(IEnumerable<string> addresses)
    {
        string[] next = [.. addresses.Select(Normalize)];
        if (next.Length == 0)
        {
            throw new StratoException("name at least one server");
        }

        lock (gate)
        {
            servers = next;
            server = 0;
            leftServer = null;
            turn++;
        }
    }

    /// <summary>Uses other proxies from now on.</summary>
    public void SetProxies(ProxySpec proxies)
    {
        lock (gate)
        {
            groups = Shuffle(proxies);
            group = 0;
            member = 0;
            leftProxy = null;
            turn++;
        }
    }

    private Proxy[][] Shuffle(ProxySpec proxies)
    {
        Proxy[][] shuffled = [.. proxies.Groups.Select(members => members.ToArray())];
        foreach (Proxy[] members in shuffled)
        {
            random.Shuffle(members);
        }

        return shuffled;
    }

    private static string Normalize(string server)
    {
        bool known = Uri.TryCreate(server, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" or "file";
        return known
            ? server.TrimEnd('/')
            : throw new StratoException(
                $"'{Shown.Text(server)}' is not a server's address; write http://HOST/cvmfs/NAME, https://... or file:///...");
    }

    private void ReturnToPreferred()
    {
        DateTimeOffset now = options.Time.GetUtcNow();
        if (leftServer is { } since && options.ServerResetAfter is { } serverReset && now - since >= serverReset)
        {
            server = 0;
            leftServer = null;
            turn++;
        }

        if (leftProxy is { } proxySince && options.ProxyResetAfter is { } proxyReset && now - proxySince >= proxyReset)
        {
            group = 0;
            member = 0;
            leftProxy = null;
            turn++;
        }
    }
}
