using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Strato.Client.Attachments;
using Strato.Client.Revisions;
using Strato.Core;
using Strato.Hosting.Control;
using Strato.Storage.Cache;

namespace Strato.Client.Mounting;

/// <summary>Answers what a mount's daemon is asked over its control socket (<c>strato talk</c>).</summary>
internal sealed class MountControl
{
    private readonly MountRequest request;
    private readonly MountParts parts;

    public MountControl(MountRequest request, MountParts parts)
    {
        this.request = request;
        this.parts = parts;
    }

    private Attachment Attachment => parts.Session.Attachment;

    /// <summary>Answers one request; failures are exceptions with a line for a person.</summary>
    public async Task<ControlReply> HandleAsync(ControlRequest asked, CancellationToken cancellation) => (asked.Command, asked.Arguments) switch
    {
        ("status", []) => Status(),
        ("revision", []) => Revision(),
        ("remount", [] or ["sync"]) => await RemountAsync(cancellation),
        ("cache", [] or ["status"]) => CacheState(),
        ("cache", ["cleanup", var megabytes]) => CleanUp(megabytes),
        ("host" or "proxy", []) => ControlReply.Success(asked.Command == "host" ? string.Join('\n', Attachment.Facts.Servers.Servers) : Attachment.Facts.Servers.CurrentProxy),
        _ => ControlReply.Failure(
            $"a mount does not know '{string.Join(' ', asked.Arguments.Prepend(asked.Command))}': ask for status, revision, remount, cache status, cache cleanup MB, host or proxy"),
    };

    private static ControlReply Reply<T>(string text, T data, JsonTypeInfo<T> type) => ControlReply.Success(text, JsonSerializer.SerializeToElement(data, type));

    private ControlReply Status()
    {
        ClientState state = parts.State;
        Revision shown = Attachment.Current;
        CacheStatus cache = parts.Cache.Status;
        ServerView servers = Attachment.Facts.Servers;
        long? expires = Attachment.ExpiresAt is { } time ? (long)(time - state.Clock.GetUtcNow()).TotalSeconds : null;
        MountStatus status = new(
            Attachment.Facts.Configuration.Name,
            Encoding.UTF8.GetString(request.Directory),
            Environment.ProcessId,
            shown.Number,
            shown.RootHash.ToString(),
            RevisionPin.Of(request.Configuration).ToString(),
            expires,
            servers.Current ?? "",
            servers.CurrentProxy,
            shown.Catalogs.OpenedCount,
            parts.Nodes.Count,
            parts.Nodes.UsedBytes,
            state.Files.Count,
            parts.PendingCount,
            parts.Cache.Location,
            cache.UsedBytes,
            cache.Quota,
            state.Counters.Downloads,
            state.Counters.ReceivedBytes,
            state.Counters.InputOutputErrors,
            (long)(state.Clock.GetUtcNow() - state.Started).TotalSeconds);
        return Reply(Describe(status), status, MountJson.Default.MountStatus);
    }

    private ControlReply Revision()
    {
        Revision shown = Attachment.Current;
        RevisionReport report = new(shown.Number, shown.RootHash.ToString());
        return Reply(shown.Number.ToString(CultureInfo.InvariantCulture), report, MountJson.Default.RevisionReport);
    }

    private async Task<ControlReply> RemountAsync(CancellationToken cancellation)
    {
        if (parts.Session.Watcher is not { } watcher)
        {
            throw new StratoException($"{Attachment.Facts.Configuration.Name} is pinned ({RevisionPin.Of(request.Configuration)}) and does not move");
        }

        ulong before = Attachment.Current.Number;
        Revision shown = await watcher.RefreshAsync(cancellation);
        string text = shown.Number == before ? $"revision {before} is the newest" : $"revision {shown.Number} is shown now, after {before}";
        return Reply(text, new RevisionReport(shown.Number, shown.RootHash.ToString()), MountJson.Default.RevisionReport);
    }

    private ControlReply CacheState()
    {
        CacheStatus cache = parts.Cache.Status;
        string quota = cache.Quota == CacheOptions.Unlimited ? "no quota" : $"a quota of {Megabytes(cache.Quota)}";
        string text = string.Create(CultureInfo.InvariantCulture, $"{cache.Entries} objects take {Megabytes(cache.UsedBytes)} in {parts.Cache.Location}, with {quota}");
        return Reply(text, new CacheReport(parts.Cache.Location, cache.UsedBytes, cache.Quota, cache.Entries), MountJson.Default.CacheReport);
    }

    private ControlReply CleanUp(string megabytes)
    {
        if (!long.TryParse(megabytes, NumberStyles.None, CultureInfo.InvariantCulture, out long target) || target > long.MaxValue >> 20)
        {
            throw new StratoException($"cannot clean the cache up to '{megabytes}': give the megabytes that may stay");
        }

        long freed = parts.Cache.Evict(target << 20);
        return ControlReply.Success($"{Megabytes(freed)} freed");
    }

    private static string Describe(MountStatus status)
    {
        string next = status.ExpiresInSeconds is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $"looks for a newer one in {seconds} s")
            : $"stays ({status.Pin})";
        string quota = status.CacheQuotaBytes < 0 ? "no quota" : Megabytes(status.CacheQuotaBytes);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            repository  {status.Repository} on {status.Directory}, pid {status.Pid}, up {status.UptimeSeconds} s
            revision    {status.Revision}, root {status.RootHash}, {next}
            server      {status.Server} through {status.Proxy}
            catalogs    {status.Catalogs} opened
            nodes       {status.Nodes} known, {Megabytes(status.NodeBytes)}
            files       {status.OpenFiles} open, {status.PendingRequests} requests wait
            cache       {Megabytes(status.CacheUsedBytes)} of {quota} in {status.CacheFolder}
            downloads   {status.Downloads}, {Megabytes(status.ReceivedBytes)}
            errors      {status.Errors}
            """);
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F1} MB");
}
