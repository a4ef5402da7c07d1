using System.Globalization;
using System.Text;
using Strato.Client.Attachments;
using Strato.Client.Mounting;
using Strato.Core;
using Strato.Hosting.Control;
using Strato.Storage.Http;

namespace Strato.Client.Control;

/// <summary>
/// What can be asked of the servers and proxies of a mount's repositories, and said to them. What people choose lasts until the repository is
/// attached anew.
/// </summary>
internal sealed class ServerControl(MountParts parts, AttachmentControl attachments)
{
    /// <summary><c>servers [NAME]</c>: each server and proxy with its health, of one repository or all that are attached.</summary>
    public ControlReply Health(IReadOnlyList<string> names)
    {
        IEnumerable<Attachment> meant = names.Count > 0 ? [attachments.Attached(names)] : parts.Attachments.Places.Select(place => place.Attached).OfType<Attachment>();
        PlaceReport[] reports =
        [
            .. meant.OrderBy(one => one.Identity.Repository, StringComparer.Ordinal).SelectMany(one =>
                ReportsOf(one, "objects", one.Facts.Source).Concat(ReportsOf(one, "external", one.Facts.ExternalSource))),
        ];
        return MountControl.Reply(Describe(reports), reports, ControlReports.Default.PlaceReportArray);
    }

    /// <summary><c>host ...</c> and <c>proxy ...</c>, of the servers of external files where <paramref name="isExternal"/>.</summary>
    public ControlReply Choose(bool isProxy, bool isExternal, string[] words) => (isProxy, words) switch
    {
        (_, ["info", .. var names]) => Info(isProxy, isExternal, names),
        (false, ["switch", .. var names]) => Change(isExternal, names, source => source.SwitchServer()),
        (true, ["group", "switch", .. var names]) => Change(isExternal, names, source => source.SwitchProxyGroup()),
        (false, ["set", .. var names, var servers]) => Change(
            isExternal, names, source => source.SetServers(servers.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))),
        (true, ["set", .. var names, var spec]) => Change(isExternal, names, source => source.SetProxies(ProxySpec.Parse(spec))),
        (true, _) => ControlReply.Success(ViewOf(attachments.Attached(words).Facts, isExternal).CurrentProxy),
        _ => Info(isProxy, isExternal, words),
    };

    /// <summary><c>timeout info [NAME]</c></summary>
    public ControlReply Timeouts(IReadOnlyList<string> names)
    {
        ServerView servers = attachments.Attached(names).Facts.Servers;
        return ControlReply.Success(string.Create(
            CultureInfo.InvariantCulture, $"{servers.Timeout.TotalSeconds} s with a proxy, {servers.TimeoutDirect.TotalSeconds} s without"));
    }

    private ControlReply Info(bool isProxy, bool isExternal, IReadOnlyList<string> names)
    {
        ServerView servers = ViewOf(attachments.Attached(names).Facts, isExternal);
        if (!isProxy)
        {
            return ControlReply.Success(servers.Servers.Count > 0 ? string.Join('\n', servers.Servers) : "no server is configured");
        }

        IEnumerable<string> groups = servers.ProxyGroups.Select((group, index) => string.Create(CultureInfo.InvariantCulture, $"[{index}] {string.Join(", ", group)}"));
        return ControlReply.Success(string.Join('\n', groups.Append($"active: {servers.CurrentProxy}")));
    }

    private static ServerView ViewOf(RepositoryFacts facts, bool isExternal) => isExternal ? facts.ExternalServers : facts.Servers;

    private ControlReply Change(bool isExternal, IReadOnlyList<string> names, Action<HttpSource> change)
    {
        RepositoryFacts facts = attachments.Attached(names).Facts;
        HttpSource source = (isExternal ? facts.ExternalSource : facts.Source)
            ?? throw new StratoException($"{facts.Configuration.Name} has no servers of that kind");
        change(source);
        return ControlReply.Success($"{source.CurrentServer} through {source.CurrentProxy}");
    }

    private static IEnumerable<PlaceReport> ReportsOf(Attachment attachment, string content, HttpSource? source) =>
        (source?.Health ?? []).Select(place => new PlaceReport(
            attachment.Identity.Repository,
            content,
            place.IsProxy ? "proxy" : "server",
            place.Address,
            place.Group,
            place.IsCurrent,
            place.Requests,
            place.Failures,
            place.ReceivedBytes,
            place.Latency?.TotalMilliseconds,
            place.LastFailure,
            place.LastFailureAt,
            place.AvoidedSince));

    private static string Describe(PlaceReport[] reports)
    {
        StringBuilder text = new();
        foreach (IGrouping<(string, string), PlaceReport> places in reports.GroupBy(report => (report.Repository, report.Content)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{places.Key.Item1}{(places.Key.Item2 == "external" ? " (external files)" : "")}\n");
            foreach (PlaceReport place in places)
            {
                string latency = place.LatencyMilliseconds is { } time ? string.Create(CultureInfo.InvariantCulture, $", {time:F0} ms") : "";
                string avoided = place.AvoidedSince is { } since ? string.Create(CultureInfo.InvariantCulture, $", avoided since {since:yyyy-MM-ddTHH:mm:ssZ}") : "";
                string failed = place.LastFailure is { } failure
                    ? string.Create(CultureInfo.InvariantCulture, $"; {place.Failures} failed, at {place.LastFailureAt:yyyy-MM-ddTHH:mm:ssZ} last: {failure}") : "";
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"  {(place.IsCurrent ? '*' : ' ')} {place.Kind} {place.Address}: {place.Requests} requests, {MountStatusReport.Megabytes(place.ReceivedBytes)}{latency}{avoided}{failed}\n");
            }
        }

        return text.Length == 0 ? "no repository is attached" : text.ToString().TrimEnd('\n');
    }
}
