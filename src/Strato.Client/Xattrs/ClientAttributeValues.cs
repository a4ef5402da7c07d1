using System.Globalization;
using Strato.Client.Attachments;
using Strato.Client.Mounting;

namespace Strato.Client.Xattrs;

/// <summary>The magic attributes that tell about the mount's daemon, its servers and its cache.</summary>
internal sealed class ClientAttributeValues
{
    private const string NoServer = "internal error: no hosts defined";

    private readonly ClientState state;

    public ClientAttributeValues(ClientState state) => this.state = state;

    public IEnumerable<MagicAttribute> All =>
    [
        Of("expires", query => Expires(query.Attachment)),
        Of("external_host", query => query.Attachment.Facts.ExternalServers.Current ?? NoServer),
        Of("external_timeout", query => Seconds(query.Attachment.Facts.ExternalServers.TimeoutDirect)),
        Of("hitrate", _ => HitRate()),
        Of("host", query => query.Attachment.Facts.Servers.Current ?? NoServer),
        Of("host_list", query => query.Attachment.Facts.Servers.Servers is { Count: > 0 } servers ? string.Join(';', servers) : NoServer),
        Of("inode_max", _ => MagicValue.Of(long.MaxValue)),
        Of("logbuffer", _ => state.Log.Recent()),
        Of("maxfd", _ => MagicValue.Of(state.MaxOpenFiles)),
        Of("ncleanup24", _ => MagicValue.Of(state.ReadCleanups())),
        Of("ndiropen", _ => MagicValue.Of(state.Counters.Listings)),
        Of("ndownload", _ => MagicValue.Of(state.Counters.Downloads)),
        Of("nioerr", _ => MagicValue.Of(state.Counters.InputOutputErrors)),
        Of("nopen", _ => MagicValue.Of(state.Counters.Opens)),
        Of("pid", _ => MagicValue.Of(Environment.ProcessId)),
        Of("proxy", query => query.Attachment.Facts.Servers.CurrentProxy),
        Of("proxy_list", query => ProxyList(query.Attachment.Facts.Servers)),
        Of("proxy_list_external", query => ProxyList(query.Attachment.Facts.ExternalServers)),
        Of("rx", _ => MagicValue.Of(state.Counters.ReceivedBytes / 1024)),
        Of("speed", _ => Speed()),
        Of("timeout", query => Seconds(query.Attachment.Facts.Servers.Timeout)),
        Of("timeout_direct", query => Seconds(query.Attachment.Facts.Servers.TimeoutDirect)),
        Of("timestamp_last_ioerr", _ => MagicValue.Of(state.Counters.LastErrorTime)),
        Of("uptime", _ => MagicValue.Of((long)(state.Clock.GetUtcNow() - state.Started).TotalMinutes)),
        Of("usedfd", _ => MagicValue.Of(state.Files.Count)),
        Of("useddirp", _ => MagicValue.Of(0)),
        Of("version", _ => state.Version),
    ];

    private static MagicAttribute Of(string name, Func<MagicQuery, MagicValue> read) => new("user." + name, MagicScope.Everything, read);

    private static MagicValue Seconds(TimeSpan time) => MagicValue.Of((long)time.TotalSeconds);

    private static string ProxyList(ServerView servers) => string.Concat(servers.ProxyGroups.SelectMany(group => group).Select(proxy => proxy + "\n"));

    private MagicValue Expires(Attachment attachment) =>
        attachment.ExpiresAt is { } time ? MagicValue.Of((long)(time - state.Clock.GetUtcNow()).TotalMinutes) : "never (fixed root catalog)";

    private string HitRate()
    {
        long wants = state.Counters.Wants;
        return wants == 0 ? "n/a" : (100.0 * (1.0 - ((double)state.Counters.Downloads / wants))).ToString("F6", CultureInfo.InvariantCulture);
    }

    private MagicValue Speed()
    {
        long milliseconds = state.Counters.TransferMilliseconds;
        return milliseconds == 0 ? "n/a" : MagicValue.Of(1000 * (state.Counters.ReceivedBytes / 1024) / milliseconds);
    }
}
