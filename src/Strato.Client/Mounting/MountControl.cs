using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Strato.Core;
using Strato.Hosting.Control;
using Strato.Storage.Cache;

namespace Strato.Client.Mounting;

/// <summary>Answers what a mount's daemon is asked over its control socket (<c>strato talk</c>).</summary>
internal sealed class MountControl
{
    private readonly MountRequest request;
    private readonly MountParts parts;
    private readonly AttachmentControl attachments;

    public MountControl(MountRequest request, MountParts parts)
    {
        this.request = request;
        this.parts = parts;
        attachments = new AttachmentControl(request, parts);
    }

    /// <summary>Answers one request; failures are exceptions with a line for a person.</summary>
    public Task<ControlReply> HandleAsync(ControlRequest asked, CancellationToken cancellation)
    {
        parts.State.Log.Asked(asked.Command);
        return AnswerAsync(asked, cancellation);
    }

    internal static ControlReply Reply<T>(string text, T data, JsonTypeInfo<T> type) => ControlReply.Success(text, JsonSerializer.SerializeToElement(data, type));

    private async Task<ControlReply> AnswerAsync(ControlRequest asked, CancellationToken cancellation) => (asked.Command, asked.Arguments) switch
    {
        ("status", []) => Status(),
        ("cache", [] or ["status"]) => CacheState(),
        ("cache", ["cleanup", var megabytes]) => CleanUp(megabytes),
        ("reconfigure", []) => ControlReply.Success(parts.Reconfigure(request)),
        ("revision", var names) => attachments.Revision(names),
        ("remount", var words) => await attachments.RemountAsync(words, cancellation),
        ("host" or "proxy", var names) => attachments.Servers(asked.Command, names),
        ("attach", [var repository, ..]) => await attachments.AttachAsync(repository, [.. asked.Arguments.Skip(1)], cancellation),
        ("detach", [var name]) => await attachments.DetachAsync(name, cancellation),
        _ => ControlReply.Failure(
            $"a mount does not know '{string.Join(' ', asked.Arguments.Prepend(asked.Command))}': ask for status, revision, remount, attach, detach, reconfigure, cache status, cache cleanup MB, host or proxy"),
    };

    private ControlReply Status()
    {
        MountStatus status = MountStatusReport.Gather(request, parts);
        return Reply(MountStatusReport.Describe(status), status, MountJson.Default.MountStatus);
    }

    private ControlReply CacheState()
    {
        CacheStatus cache = parts.Cache.Status;
        string quota = cache.Quota == CacheOptions.Unlimited ? "no quota" : $"a quota of {MountStatusReport.Megabytes(cache.Quota)}";
        string text = string.Create(
            CultureInfo.InvariantCulture, $"{cache.Entries} objects take {MountStatusReport.Megabytes(cache.UsedBytes)} in {parts.Cache.Location}, with {quota}");
        return Reply(text, new CacheReport(parts.Cache.Location, cache.UsedBytes, cache.Quota, cache.Entries), MountJson.Default.CacheReport);
    }

    private ControlReply CleanUp(string megabytes)
    {
        if (!long.TryParse(megabytes, NumberStyles.None, CultureInfo.InvariantCulture, out long target) || target > long.MaxValue >> 20)
        {
            throw new StratoException($"cannot clean the cache up to '{megabytes}': give the megabytes that may stay");
        }

        long freed = parts.Cache.Evict(target << 20);
        return ControlReply.Success($"{MountStatusReport.Megabytes(freed)} freed");
    }
}
