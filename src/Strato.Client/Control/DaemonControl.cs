using System.Globalization;
using Microsoft.Extensions.Logging;
using Strato.Client.Attachments;
using Strato.Client.Metrics;
using Strato.Client.Mounting;
using Strato.Client.Namespace;
using Strato.Client.Nodes;
using Strato.Client.Reading;
using Strato.Core;
using Strato.Core.Configuration;
using Strato.Core.Paths;
using Strato.Hosting.Control;
using Strato.Hosting.Metrics;

namespace Strato.Client.Control;

/// <summary>What can be asked of a mount's daemon itself.</summary>
internal sealed class DaemonControl
{
    /// <summary>Files that are listed at most: an answer is one message.</summary>
    private const int MaxListed = 20_000;

    private static readonly LogLevel[] Levels = [LogLevel.Debug, LogLevel.Information, LogLevel.Warning, LogLevel.Error];

    private readonly MountParts parts;
    private readonly AttachmentControl attachments;
    private readonly MountMeter meter;

    public DaemonControl(MountParts parts, AttachmentControl attachments, MountMeter meter)
    {
        this.parts = parts;
        this.attachments = attachments;
        this.meter = meter;
    }

    /// <summary><c>log level [LEVEL]</c></summary>
    public ControlReply Log(IReadOnlyList<string> level)
    {
        if (level is [var wanted])
        {
            parts.State.Log.Minimum = Levels.FirstOrDefault(one => one.ToString().Equals(wanted, StringComparison.OrdinalIgnoreCase), LogLevel.None) is var known && known != LogLevel.None
                ? known
                : throw new StratoException($"there is no log level '{wanted}': {string.Join(", ", Levels).ToLowerInvariant()}");
        }

        string now = parts.State.Log.Minimum.ToString().ToLowerInvariant();
        return MountControl.Reply(now, new LogReport(now), ControlReports.Default.LogReport);
    }

    /// <summary><c>metrics</c>: what Prometheus would be told now.</summary>
    public ControlReply Metrics()
    {
        using MetricsPage page = meter.OpenPage();
        return ControlReply.Success(page.Render().TrimEnd('\n'));
    }

    /// <summary><c>open files</c></summary>
    public ControlReply OpenFiles()
    {
        IReadOnlyList<OpenedFile> open = parts.State.Files.List();
        OpenFileReport[] files =
        [
            .. open.GroupBy(file => file)
                .Select(same => new OpenFileReport(PathOf(same.Key.NodeId), same.Key.Size, same.Count(), same.Key.IsReadByKernel))
                .OrderBy(file => file.Path, StringComparer.Ordinal)
                .Take(MaxListed),
        ];
        IEnumerable<string> lines = files.Select(file => string.Create(
            CultureInfo.InvariantCulture, $"{file.Path ?? "?"}  {file.Size} bytes, open {file.Opens} time{(file.Opens == 1 ? "" : "s")}{(file.IsReadByKernel ? ", read by the kernel" : "")}"));
        string text = string.Join('\n', lines.Append(string.Create(CultureInfo.InvariantCulture, $"{open.Count} open")));
        return MountControl.Reply(text, new OpenFilesReport(open.Count, files), ControlReports.Default.OpenFilesReport);
    }

    /// <summary><c>open catalogs</c></summary>
    public ControlReply OpenCatalogs()
    {
        IReadOnlyList<MountedCatalog> open = parts.ListOpenCatalogs();
        OpenCatalogReport[] reports =
        [
            .. parts.Attachments.Places.Select(place => place.Attached).OfType<Attachment>()
                .SelectMany(attachment => open.Where(attachment.Current.Catalogs.Has).Select(catalog => new OpenCatalogReport(
                    attachment.Identity.Repository, BytesText.Escape(catalog.MountPoint), catalog.Hash.ToString(), catalog.Summary?.Counters.Self.Entries ?? 0)))
                .OrderBy(report => report.Repository, StringComparer.Ordinal).ThenBy(report => report.MountPoint, StringComparer.Ordinal),
        ];
        IEnumerable<string> lines = reports.Select(report => string.Create(CultureInfo.InvariantCulture, $"{report.Repository} {report.MountPoint}/  {report.Hash}  {report.Entries} entries"));
        return MountControl.Reply(string.Join('\n', lines.Append(string.Create(CultureInfo.InvariantCulture, $"{reports.Length} open"))), reports, ControlReports.Default.OpenCatalogReportArray);
    }

    /// <summary><c>parameters [NAME]</c>: the configuration that an attachment was made with, and where each comes from.</summary>
    public ControlReply Parameters(IReadOnlyList<string> names)
    {
        ParameterSet parameters = attachments.Attached(names).Facts.Configuration.Parameters;
        string text = string.Join('\n', parameters.Select(parameter => $"{parameter.Name}={parameter.Value}    # from {parameter.Origin}"));
        return MountControl.Reply(text, parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value), ControlReports.Default.DictionaryStringString);
    }

    private string? PathOf(ulong nodeId)
    {
        Span<byte> buffer = stackalloc byte[NodeTable.MaxPathLength];
        if (!parts.Nodes.TryGet(nodeId, out NodeRecord record) || !parts.Nodes.TryGetPath(nodeId, buffer, out ReadOnlySpan<byte> path))
        {
            return null;
        }

        string name = parts.Attachments.Places.FirstOrDefault(place => place.Number == record.Attachment)?.Name ?? "";
        return (name.Length > 0 ? "/" + name : "") + BytesText.Escape(path);
    }
}
