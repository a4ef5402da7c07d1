using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Strato.Client.Control;
using Strato.Client.Metrics;
using Strato.Core;
using Strato.Hosting.Control;

namespace Strato.Client.Mounting;

/// <summary>Answers what a mount's daemon is asked over its control socket (<c>strato talk</c>).</summary>
internal sealed class MountControl
{
    /// <summary>What can be asked, for who asked for something else.</summary>
    private const string Commands =
        "status, revision, remount, attach, detach, reconfigure, reload, cache, pin, evict, cleanup, servers, host, proxy, external, timeout info, open files, open catalogs, "
        + "log level, parameters, metrics, pid, version or mountpoint";

    private readonly MountRequest request;
    private readonly MountParts parts;
    private readonly AttachmentControl attachments;
    private readonly CacheControl cache;
    private readonly ServerControl servers;
    private readonly DaemonControl daemon;
    private readonly Action<string> depart;

    /// <summary>Answers for a mount.</summary>
    /// <param name="request">What was mounted.</param>
    /// <param name="parts">What the mount consists of.</param>
    /// <param name="meter">What it counts.</param>
    /// <param name="depart">Ends this process for a successor, a program.</param>
    public MountControl(MountRequest request, MountParts parts, MountMeter meter, Action<string> depart)
    {
        this.request = request;
        this.parts = parts;
        this.depart = depart;
        attachments = new AttachmentControl(request, parts);
        cache = new CacheControl(parts, attachments);
        servers = new ServerControl(parts, attachments);
        daemon = new DaemonControl(parts, attachments, meter);
    }

    /// <summary>Answers one request; failures are exceptions with a line for a person.</summary>
    public async Task<ControlReply> HandleAsync(ControlRequest asked, CancellationToken cancellation)
    {
        parts.State.Log.Asked(asked.Command);
        try
        {
            return await AnswerAsync(asked.Command, [.. asked.Arguments], cancellation)
                ?? ControlReply.Failure($"a mount does not know '{string.Join(' ', asked.Arguments.Prepend(asked.Command))}': ask for {Commands}");
        }
        catch (UnknownRepositoryException unknown)
        {
            return new ControlReply(unknown.Message, null, JsonSerializer.SerializeToElement(new ControlRefusal(ControlRefusal.UnknownRepository), MountJson.Default.ControlRefusal));
        }
    }

    internal static ControlReply Reply<T>(string text, T data, JsonTypeInfo<T> type) => ControlReply.Success(text, JsonSerializer.SerializeToElement(data, type));

    /// <summary>Answers a command; null for one that does not exist. Words mean what they mean to the genuine client where it has them.</summary>
    private async Task<ControlReply?> AnswerAsync(string command, string[] words, CancellationToken cancellation) => (command, words) switch
    {
        ("status", []) => Status(),
        ("reload", [var program, var format]) => Reload(program, format),
        ("reconfigure", []) => ControlReply.Success(parts.Reconfigure(request)),
        ("revision", _) => attachments.Revision(words),
        ("remount", _) => await attachments.RemountAsync(words, cancellation),
        ("attach", [var repository, .. var settings]) => await attachments.AttachAsync(repository, settings, cancellation),
        ("detach", [var name]) => await attachments.DetachAsync(name, cancellation),
        ("cache", _) => await cache.AnswerAsync(words, cancellation),
        ("cleanup", ["rate", ..]) => cache.CleanUpRate(),
        ("cleanup", [var megabytes]) => cache.CleanUp(megabytes),
        ("pin", [var path]) => await cache.PinAsync(path, cancellation),
        ("evict", [var path]) => await cache.EvictAsync(path, cancellation),
        ("servers", _) => servers.Health(words),
        ("host" or "proxy", _) => servers.Choose(command == "proxy", isExternal: false, words),
        ("external", ["host" or "proxy", .. var rest]) => servers.Choose(words[0] == "proxy", isExternal: true, rest),
        ("timeout", ["info", .. var names]) => servers.Timeouts(names),
        ("open", ["files"]) => daemon.OpenFiles(),
        ("open", ["catalogs"]) => daemon.OpenCatalogs(),
        ("log", ["level", .. { Length: <= 1 } level]) => daemon.Log(level),
        ("parameters", _) => daemon.Parameters(words),
        ("metrics", []) or ("internal", ["affairs"]) => daemon.Metrics(),
        ("pid", []) => ControlReply.Success(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)),
        ("version", []) => ControlReply.Success(parts.State.Version),
        ("mountpoint", []) => ControlReply.Success(Encoding.UTF8.GetString(request.Directory)),
        _ => null,
    };

    private ControlReply Status()
    {
        MountStatus status = MountStatusReport.Gather(request, parts);
        return Reply(MountStatusReport.Describe(status), status, MountJson.Default.MountStatus);
    }

    private ControlReply Reload(string program, string format)
    {
        if (format != MountState.Format)
        {
            throw new StratoException(
                $"{program} cannot take this mount over: it reads {format}, and the mount has {MountState.Format}; unmount it and mount it with the new program");
        }

        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath.AsSpan()) is "dotnet")
        {
            throw new StratoException("this mount was made with 'dotnet strato.dll', which cannot be replaced: unmount it and mount it again");
        }

        if (!Path.IsPathFullyQualified(program) || !File.Exists(program))
        {
            throw new StratoException($"{program} cannot take this mount over: there is no such program");
        }

        depart(program);
        return ControlReply.Success(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}"));
    }
}
