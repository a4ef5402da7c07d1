using System.Globalization;
using System.Text;
using Strato.Client.Attachments;
using Strato.Client.Revisions;
using Strato.Storage.Cache;

namespace Strato.Client.Mounting;

/// <summary>Gathers what a mount's state is, and says it to people.</summary>
internal static class MountStatusReport
{
    /// <summary>What the mount's state is now.</summary>
    public static MountStatus Gather(MountRequest request, MountParts parts)
    {
        ClientState state = parts.State;
        CacheStatus cache = parts.Cache.Status;
        AttachmentStatus[] attachments =
        [
            .. parts.Attachments.Places.OrderBy(place => place.IsPrivate).ThenBy(place => place.Name, StringComparer.Ordinal).Select(place => Describe(place, state)),
        ];
        AttachmentStatus? only = request.Repository is null ? null : attachments.FirstOrDefault(one => one.Name.Length == 0);
        return new MountStatus(
            request.Repository,
            Encoding.UTF8.GetString(request.Directory),
            Environment.ProcessId,
            only?.Revision,
            only?.RootHash,
            only?.Pin,
            only?.ExpiresInSeconds,
            only?.Server,
            only?.Proxy,
            attachments.Sum(one => one.Catalogs ?? 0),
            parts.OpenCatalogCount,
            parts.Nodes.Count,
            parts.Nodes.UsedBytes,
            state.Files.Count,
            state.Passthrough.Count,
            parts.PendingCount,
            parts.Cache.Location,
            cache.UsedBytes,
            cache.Quota,
            state.Counters.Downloads,
            state.Counters.ReceivedBytes,
            state.Counters.InputOutputErrors,
            (long)(state.Clock.GetUtcNow() - state.Started).TotalSeconds,
            state.Restarts,
            attachments);
    }

    /// <summary>The state as lines.</summary>
    public static string Describe(MountStatus status)
    {
        StringBuilder text = new();
        string what = status.Repository ?? $"{status.Attachments.Count(one => one.State == "attached")} repositories";
        text.Append(CultureInfo.InvariantCulture, $"repository  {what} on {status.Directory}, pid {status.Pid}, up {status.UptimeSeconds} s{(status.Restarts > 0 ? $" after {status.Restarts} restart{(status.Restarts == 1 ? "" : "s")}" : "")}\n");
        if (status.Repository is null)
        {
            foreach (AttachmentStatus attachment in status.Attachments)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {attachment.Name}  {attachment.State}{Detail(attachment)}\n");
            }
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"revision    {status.Revision}, root {status.RootHash}, {Next(status.ExpiresInSeconds, status.Pin)}\n");
            text.Append(CultureInfo.InvariantCulture, $"server      {status.Server} through {status.Proxy}\n");
        }

        string quota = status.CacheQuotaBytes < 0 ? "no quota" : Megabytes(status.CacheQuotaBytes);
        text.Append(CultureInfo.InvariantCulture, $"catalogs    {status.Catalogs} opened, {status.OpenCatalogs} mapped\n");
        text.Append(CultureInfo.InvariantCulture, $"nodes       {status.Nodes} known, {Megabytes(status.NodeBytes)}\n");
        text.Append(CultureInfo.InvariantCulture, $"files       {status.OpenFiles} open, {status.PassedThroughFiles} of them read by the kernel, {status.PendingRequests} requests wait\n");
        text.Append(CultureInfo.InvariantCulture, $"cache       {Megabytes(status.CacheUsedBytes)} of {quota} in {status.CacheFolder}\n");
        text.Append(CultureInfo.InvariantCulture, $"downloads   {status.Downloads}, {Megabytes(status.ReceivedBytes)}\n");
        text.Append(CultureInfo.InvariantCulture, $"errors      {status.Errors}");
        return text.ToString();
    }

    /// <summary>Bytes for people.</summary>
    public static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F1} MB");

    private static AttachmentStatus Describe(AttachmentPlace place, ClientState state)
    {
        AttachmentState now = place.State;
        Attachment? attachment = place.Attached;
        Revision? shown = attachment?.Current;
        ServerView? servers = attachment?.Facts.Servers;
        return new AttachmentStatus(
            place.Name,
            place.Identity.Repository,
            now.ToString().ToLowerInvariant(),
            place.IsPrivate,
            place.Identity.Pin,
            now == AttachmentState.Refused ? place.Refusal : null,
            shown?.Number,
            shown?.RootHash.ToString(),
            attachment?.ExpiresAt is { } time ? (long)(time - state.Clock.GetUtcNow()).TotalSeconds : null,
            servers?.Current,
            servers?.CurrentProxy,
            shown?.Catalogs.OpenedCount);
    }

    private static string Detail(AttachmentStatus attachment) =>
        attachment.Revision is { } revision
            ? string.Create(
                CultureInfo.InvariantCulture,
                $" at revision {revision}, {Next(attachment.ExpiresInSeconds, attachment.Pin)}, from {attachment.Server} through {attachment.Proxy}")
            : attachment.Refusal is { } reason ? $": {reason}" : "";

    private static string Next(long? seconds, string? pin) =>
        seconds is { } left ? string.Create(CultureInfo.InvariantCulture, $"looks for a newer one in {left} s") : $"stays ({pin})";
}
