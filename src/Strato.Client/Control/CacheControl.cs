using System.Globalization;
using System.Text;
using Strato.Client.Attachments;
using Strato.Client.Mounting;
using Strato.Core;
using Strato.Core.Hashing;
using Strato.Hosting.Control;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;

namespace Strato.Client.Control;

/// <summary>What can be asked of a mount's cache, and done to it.</summary>
internal sealed class CacheControl
{
    /// <summary>Entries that are listed at most: an answer is one message.</summary>
    private const int MaxListed = 20_000;

    private readonly MountParts parts;
    private readonly AttachmentControl attachments;

    public CacheControl(MountParts parts, AttachmentControl attachments)
    {
        this.parts = parts;
        this.attachments = attachments;
    }

    /// <summary><c>cache ...</c></summary>
    public async Task<ControlReply?> AnswerAsync(IReadOnlyList<string> words, CancellationToken cancellation) => words switch
    {
        [] or ["status"] or ["size"] => State(),
        ["instance"] => ControlReply.Success(parts.Cache.Location),
        ["limit", "get"] => Limit(),
        ["list"] => List(_ => true),
        ["list", "pinned"] => List(entry => entry.IsPinned || entry.IsInUse),
        ["list", "catalogs"] => List(entry => entry.Entry.Name.Kind == ObjectKind.Catalog),
        ["pin", var path] => await PinAsync(path, cancellation),
        ["unpin", var path] => await UnpinAsync(path, cancellation),
        ["evict", var path] => await EvictAsync(path, cancellation),
        ["cleanup", var megabytes] => CleanUp(megabytes),
        ["scrub"] => await ScrubAsync(cancellation),
        _ => null,
    };

    /// <summary><c>cleanup MB</c>: removes the longest unused until at most so much is left.</summary>
    public ControlReply CleanUp(string megabytes)
    {
        if (!long.TryParse(megabytes, NumberStyles.None, CultureInfo.InvariantCulture, out long target) || target > long.MaxValue >> 20)
        {
            throw new StratoException($"cannot clean the cache up to '{megabytes}': give the megabytes that may stay");
        }

        long freed = parts.Cache.Evict(target << 20);
        return MountControl.Reply($"{MountStatusReport.Megabytes(freed)} freed", new FreedReport(freed), ControlReports.Default.FreedReport);
    }

    /// <summary><c>cleanup rate MINUTES</c>: how often room was made in the last time, of which whole hours are known.</summary>
    public ControlReply CleanUpRate() => ControlReply.Success(parts.Cache.EvictionsOfDay.ToString(CultureInfo.InvariantCulture));

    /// <summary>Brings a file's content into the cache and keeps it there.</summary>
    public async Task<ControlReply> PinAsync(string path, CancellationToken cancellation)
    {
        (Attachment attachment, IReadOnlyList<ObjectRequest> objects) = await FindAsync(path, cancellation);
        foreach (ObjectRequest request in objects)
        {
            if (!parts.Cache.TrySetPinned(request.Entry, isPinned: true))
            {
                using FileDescriptor fetched = await attachment.Source.FetchAsync(request, cancellation);
                if (!parts.Cache.TrySetPinned(request.Entry, isPinned: true))
                {
                    throw new StratoException($"cannot pin {path}: the cache has no room to keep it");
                }
            }
        }

        return Done(path, "pinned", objects.Count);
    }

    /// <summary>Removes a file's content from the cache, pinned or not; who has it open goes on reading.</summary>
    public async Task<ControlReply> EvictAsync(string path, CancellationToken cancellation)
    {
        (_, IReadOnlyList<ObjectRequest> objects) = await FindAsync(path, cancellation);
        return Done(path, "evicted", objects.Count(request => parts.Cache.Remove(request.Entry)));
    }

    private async Task<ControlReply> UnpinAsync(string path, CancellationToken cancellation)
    {
        (_, IReadOnlyList<ObjectRequest> objects) = await FindAsync(path, cancellation);
        return Done(path, "unpinned", objects.Count(request => parts.Cache.TrySetPinned(request.Entry, isPinned: false)));
    }

    private async Task<(Attachment Attachment, IReadOnlyList<ObjectRequest> Objects)> FindAsync(string path, CancellationToken cancellation)
    {
        (Attachment attachment, string inside) = attachments.Locate(path);
        return (attachment, await ContentFinder.FindAsync(attachment, Encoding.UTF8.GetBytes(inside), cancellation));
    }

    private static ControlReply Done(string path, string what, int objects) => MountControl.Reply(
        string.Create(CultureInfo.InvariantCulture, $"{path} is {what}: {objects} object{(objects == 1 ? "" : "s")}"), new ObjectsReport(path, what, objects), ControlReports.Default.ObjectsReport);

    private async Task<ControlReply> ScrubAsync(CancellationToken cancellation)
    {
        ScrubResult result = await parts.Cache.ScrubAsync(long.MaxValue, cancellation)
            ?? throw new StratoException("cannot scrub the cache: another process is about it");
        string text = string.Create(
            CultureInfo.InvariantCulture, $"{result.Checked} objects were read, {result.Removed} damaged ones removed, {result.WithoutDigest} cannot be checked");
        return MountControl.Reply(text, result, ControlReports.Default.ScrubResult);
    }

    private ControlReply State()
    {
        CacheStatus cache = parts.Cache.Status;
        string quota = cache.Quota == CacheOptions.Unlimited ? "no quota" : $"a quota of {MountStatusReport.Megabytes(cache.Quota)}";
        string text = string.Create(
            CultureInfo.InvariantCulture, $"{cache.Entries} objects take {MountStatusReport.Megabytes(cache.UsedBytes)} in {parts.Cache.Location}, with {quota}");
        return MountControl.Reply(text, new CacheReport(parts.Cache.Location, cache.UsedBytes, cache.Quota, cache.Entries), MountJson.Default.CacheReport);
    }

    private ControlReply Limit() =>
        ControlReply.Success(parts.Cache.Status.Quota == CacheOptions.Unlimited ? "unlimited" : (parts.Cache.Status.Quota >> 20).ToString(CultureInfo.InvariantCulture));

    private ControlReply List(Func<CacheEntryInfo, bool> isWanted)
    {
        List<CacheEntryReport> entries = [];
        long total = 0;
        parts.Cache.List(entry =>
        {
            if (isWanted(entry) && ++total <= MaxListed)
            {
                entries.Add(new CacheEntryReport(entry.Entry.Name.ToString(), entry.Length, entry.LastUse, entry.IsPinned, entry.IsInUse, entry.IsVolatile));
            }

            return true;
        });
        StringBuilder text = new();
        foreach (CacheEntryReport entry in entries)
        {
            string notes = (entry.IsPinned ? " pinned" : "") + (entry.IsInUse ? " in-use" : "") + (entry.IsVolatile ? " volatile" : "");
            text.Append(CultureInfo.InvariantCulture, $"{entry.Object} {entry.Length} {entry.LastUse:yyyy-MM-ddTHH:mm:ssZ}{notes}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{total} objects{(total > entries.Count ? $", of which {entries.Count} are shown" : "")}");
        return MountControl.Reply(text.ToString(), new CacheListReport(total, entries), ControlReports.Default.CacheListReport);
    }
}
