using System.Diagnostics.Metrics;
using Strato.Client.Attachments;
using Strato.Client.Mounting;
using Strato.Posix;
using Strato.Storage.Http;

namespace Strato.Client.Metrics;

/// <summary>What the instruments of a mount read, with its labels.</summary>
internal sealed class MeterReadings(MountParts parts)
{
    /// <summary>Errors by their names.</summary>
    public IEnumerable<Measurement<long>> Errors() =>
        parts.ReadStatistics().Errors.Select(one => new Measurement<long>(one.Value, [Label("errno", one.Key == Errno.None ? "other" : one.Key.ToString())]));

    /// <summary>Bytes that answered reads. The kernel's own page cache gives more, of which nobody is told.</summary>
    public IEnumerable<Measurement<long>> ReadBytes() => [new Measurement<long>(parts.ReadStatistics().DataBytes, [Label("source", "cache")])];

    /// <summary>Opens by who reads what they opened. What the kernel reads by itself it tells nobody.</summary>
    public IEnumerable<Measurement<long>> Opens()
    {
        long kernel = parts.State.Passthrough.Opens;
        return [new Measurement<long>(kernel, [Label("reader", "kernel")]), new Measurement<long>(Math.Max(0, parts.State.Counters.Opens - kernel), [Label("reader", "daemon")])];
    }

    /// <summary>Attachments by state, each state once.</summary>
    public IEnumerable<Measurement<long>> Attachments()
    {
        IReadOnlyList<AttachmentPlace> places = parts.Attachments.Places;
        return Enum.GetValues<AttachmentState>().Select(
            state => new Measurement<long>(places.Count(place => place.State == state), [Label("state", state.ToString().ToLowerInvariant())]));
    }

    public IEnumerable<Measurement<long>> Revisions() => Attached().Select(one => new Measurement<long>((long)one.Current.Number, Labels(one)));

    public IEnumerable<Measurement<double>> WhitelistSeconds() =>
        Attached()
            .Where(one => one.TrustedUntil is not null)
            .Select(one => new Measurement<double>((one.TrustedUntil!.Value - parts.State.Clock.GetUtcNow()).TotalSeconds, Labels(one)));

    /// <summary>Something of each server, or each proxy, of each attachment. External files have servers of their own.</summary>
    public IEnumerable<Measurement<long>> Places(bool isProxy, Func<PlaceHealth, long> read) =>
        from attachment in Attached()
        from source in (HttpSource?[])[attachment.Facts.Source, attachment.Facts.ExternalSource]
        where source is not null
        from place in source.Health
        where place.IsProxy == isProxy
        select new Measurement<long>(
            read(place),
            [
                .. Labels(attachment),
                Label(isProxy ? "proxy" : "server", place.Address),
                Label("content", source == attachment.Facts.Source ? "objects" : "external"),
            ]);

    // A private attachment's name is a secret: the number tells it apart from others of its repository.
    private static KeyValuePair<string, object?>[] Labels(Attachment attachment) =>
        [Label("repository", attachment.Identity.Repository), Label("attachment", attachment.Number)];

    private static KeyValuePair<string, object?> Label(string name, object value) => new(name, value);

    private IEnumerable<Attachment> Attached() => parts.Attachments.Places.Select(place => place.Attached).OfType<Attachment>();
}
