using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Strato.Arguments;
using Strato.Hosting.Http;
using Strato.Hosting.Logging;
using Strato.Hosting.Metrics;
using Strato.Publishing.Repositories;
using Strato.Replication;
using Strato.Web.Geo;
using Strato.Web.Origin;

namespace Strato.Commands;

/// <summary><c>strato serve</c>: every repository in the home over HTTP.</summary>
internal static class ServeCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Option<IPEndPoint> listen = new("--listen")
        {
            Description = "The address and port to listen at: 0.0.0.0 and [::] are every address of the machine, port 0 is a free one",
            HelpName = "ADDR:PORT",
            CustomParser = ParseEndPoint,
            DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, 8000),
        };
        Option<bool> replicate = new("--replicate") { Description = "Snapshot the replicas in the home, too, again and again" };
        Option<int> interval = ReplicateCommand.Interval();
        Command command = new("serve", "Serve every repository in the home at http://ADDR:PORT/cvmfs/FQRN until Ctrl-C.") { listen, replicate, interval };
        MetricsOption metrics = new();
        command.Add(metrics);
        LogOptions logging = new(command, LogLevel.Warning);
        globals.Handle(command, context => RunAsync(
            context,
            context.Arguments.GetRequiredValue(listen),
            context.Arguments.GetValue(replicate) ? TimeSpan.FromSeconds(context.Arguments.GetRequiredValue(interval)) : null,
            context.Arguments.GetValue(metrics),
            logging.Open(context)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, IPEndPoint listen, TimeSpan? interval, MetricsAddress? metrics, LogWriter output)
    {
        RepositoryHome home = new(context.Home);
        using LineLoggerFactory log = new(output);
        await using HomeRepositories repositories = new(home);
        using GeoService geo = new(context.Home, context.Clock, log.CreateLogger("geo"));
        OriginHandler handler = new(repositories, () => OriginMeta.Read(context.Home), log.CreateLogger("origin"), geo);
        using OriginMeter meter = new();
        using HomeMeter homeMeter = new(home);
        using Replicating? replicating = interval is { } often ? new Replicating(context, often, log.CreateLogger("replicate")) : null;
        await using MetricsServer? metricsServer = await MetricsOption.ServeAsync(
            metrics,
            () => meter.OpenPage(replicating is null ? [homeMeter.Meter] : [homeMeter.Meter, replicating.Meter.Instruments]),
            output,
            context.Cancellation);
        RequestDelegate answer = metricsServer is null ? handler.HandleAsync : meter.Around(handler.HandleAsync);
        await using HttpServer server = await HttpServer.StartAsync(listen, answer, log, cancellationToken: context.Cancellation);

        string url = $"http://{server.EndPoint}/cvmfs";
        if (context.Json)
        {
            context.WriteJson(new ServeReport(url, home.List()), CommandJson.Default.ServeReport);
        }
        else
        {
            context.Output.WriteLine($"serving {Count(home.List().Count)} at {url}/ until Ctrl-C");
        }

        context.Output.Flush();
        if (replicating is not null)
        {
            await replicating.RunAsync();
        }

        await Task.Delay(Timeout.Infinite, context.Cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCode.Done;
    }

    private static string Count(int repositories) => repositories == 1 ? "1 repository" : $"{repositories} repositories";

    private static IPEndPoint? ParseEndPoint(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        int colon = text.LastIndexOf(':');
        if (colon > 0
            && IPAddress.TryParse(text.AsSpan(0, colon), out IPAddress? address)
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return new IPEndPoint(address, port);
        }

        result.AddError($"'{text}' is not an IP address and a port such as 127.0.0.1:8000");
        return null;
    }
}
