using Strato.Core;

namespace Strato.Storage.Http;

/// <summary>
/// Which server and which proxy are in use, shared by all requests: a place that failed is left by everybody at once, and the preferred
/// ones are taken up again after a while. Thread-safe.
/// </summary>
internal sealed class RouteTable
{
    private readonly HttpSourceOptions options;
    private readonly string[] servers;
    private readonly Proxy[][] groups;
    private readonly Lock gate = new();
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
        servers = [.. options.Servers.Select(Normalize)];
        groups = [.. options.Proxies.Groups.Select(members => members.ToArray())];
        foreach (Proxy[] members in groups)
        {
            random.Shuffle(members);
        }
    }

    public int ServerCount => servers.Length;

    public int ProxyCount => groups.Sum(members => members.Length);

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

        int next = Enumerable.Range(1, servers.Length).Select(step => (current.Server + step) % servers.Length).First(candidate => !failedServers.Contains(candidate));
        return current with { Server = next, ServerUrl = servers[next], IsDetour = true };
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
