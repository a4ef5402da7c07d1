using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Strato.Client.Volumes;
using Strato.Core;

namespace Strato.Containers.Docker;

/// <summary>
/// Docker's plugin protocol 1.1: each call a POST of JSON to <c>/TYPE.METHOD</c>. A failure is status 500 with its line in <c>Err</c>, which <c>docker run</c> shows.
/// </summary>
internal sealed partial class PluginEndPoint(DockerVolumes volumes, ILogger log)
{
    private const string ContentType = "application/vnd.docker.plugins.v1.1+json";

    /// <summary>The use of daemons that say no id.</summary>
    private const string Nobody = "none";

    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        string call = context.Request.Path.Value?.TrimStart('/') ?? "";
        int status = StatusCodes.Status200OK;
        PluginReply reply;
        try
        {
            if (context.Request.Method != HttpMethods.Post)
            {
                throw VolumeFailure.Invalid("a call of the plugin protocol is a POST request");
            }

            PluginReply? known = await AnswerAsync(call, await ReadAsync(context), context.RequestAborted);
            reply = known ?? new PluginReply { Err = $"the call {VolumeAttributes.Printable(call)} is not known" };
            status = known is null ? StatusCodes.Status404NotFound : status;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error) when (error is StratoException or IOException or UnauthorizedAccessException)
        {
            string reason = error.Message.ReplaceLineEndings(" ");
            Failed(log, call, reason);
            status = StatusCodes.Status500InternalServerError;
            reply = new PluginReply { Err = reason };
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(reply, DockerJson.Default.PluginReply);
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private async Task<PluginReply?> AnswerAsync(string call, PluginRequest request, CancellationToken cancellation)
    {
        string id = request.ID is { Length: > 0 } given ? given : Nobody;
        switch (call)
        {
            case "Plugin.Activate":
                return new PluginReply { Implements = ["VolumeDriver"] };
            case "VolumeDriver.Capabilities":
                return new PluginReply { Capabilities = new PluginCapabilities("local") };
            case "VolumeDriver.Create":
                await volumes.CreateAsync(Name(request), request.Opts, cancellation);
                return new PluginReply();
            case "VolumeDriver.Remove":
                await volumes.RemoveAsync(Name(request), cancellation);
                return new PluginReply();
            case "VolumeDriver.Mount":
                return new PluginReply { Mountpoint = await volumes.MountAsync(Name(request), id, cancellation) };
            case "VolumeDriver.Unmount":
                await volumes.UnmountAsync(Name(request), id, cancellation);
                return new PluginReply();
            case "VolumeDriver.Path":
                return new PluginReply { Mountpoint = volumes.FindPath(Name(request)) };
            case "VolumeDriver.Get":
                return new PluginReply { Volume = volumes.Get(Name(request)) };
            case "VolumeDriver.List":
                return new PluginReply { Volumes = volumes.List() };
            default:
                return null;
        }
    }

    private static string Name(PluginRequest request) => request.Name is { Length: > 0 } name ? name : throw VolumeFailure.Invalid("the request names no volume (Name)");

    private static async Task<PluginRequest> ReadAsync(HttpContext context)
    {
        try
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);

            // Activate, List and Capabilities come without a body.
            return body.Length == 0
                ? new PluginRequest(null, null, null)
                : JsonSerializer.Deserialize(body.ToArray(), DockerJson.Default.PluginRequest) ?? new PluginRequest(null, null, null);
        }
        catch (Exception error) when (error is JsonException or BadHttpRequestException)
        {
            throw VolumeFailure.Invalid("the request is not the JSON of the plugin protocol");
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Call} is refused: {Reason}")]
    private static partial void Failed(ILogger logger, string call, string reason);
}
