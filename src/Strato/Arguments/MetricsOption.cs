using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Logging;
using Strato.Core;
using Strato.Core.Configuration;
using Strato.Hosting.Logging;
using Strato.Hosting.Metrics;

namespace Strato.Arguments;

/// <summary><c>--metrics ADDR:PORT</c></summary>
internal sealed partial class MetricsOption : Option<MetricsAddress?>
{
    /// <summary>The parameter that says it where the option does not.</summary>
    public const string Parameter = "STRATO_METRICS";

    public MetricsOption()
        : base("--metrics")
    {
        Description = "Serve Prometheus metrics at http://ADDR:PORT/metrics, or at a socket: unix:/PATH";
        HelpName = "ADDR:PORT|unix:/PATH";
        CustomParser = Parse;
    }

    /// <summary>What the option says, or a parameter; null where neither does.</summary>
    /// <exception cref="StratoException">The parameter is malformed.</exception>
    public MetricsAddress? Read(CommandContext context, ParameterSet parameters)
    {
        if (context.Arguments.GetValue(this) is { } given)
        {
            return given;
        }

        return parameters[Parameter] is not { } parameter ? null
            : MetricsAddress.TryParse(parameter.Value, out MetricsAddress? address) ? address
            : throw new StratoException($"{parameter.Name}={parameter.Value} ({parameter.Origin}) is not valid: write ADDR:PORT or unix:/PATH");
    }

    /// <summary>
    /// Serves a page. What is measured goes on without it where that is not possible, which the log says; null then, and where no address is given.
    /// </summary>
    public static async Task<MetricsServer?> ServeAsync(MetricsAddress? address, Func<MetricsPage> open, LogWriter log, CancellationToken cancellation)
    {
        if (address is null)
        {
            return null;
        }

        try
        {
            using LineLoggerFactory loggers = new(log);
            MetricsServer server = await MetricsServer.StartAsync(address, open(), loggers, cancellation);
            Served(log.CreateLogger("metrics"), server.Address);
            return server;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            NotServed(log.CreateLogger("metrics"), error.Message);
            return null;
        }
    }

    private static MetricsAddress? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!MetricsAddress.TryParse(text, out MetricsAddress? address))
        {
            result.AddError($"'{text}' is neither an IP address and a port such as 127.0.0.1:9101, nor unix: and an absolute path");
        }

        return address;
    }

    [LoggerMessage(2, LogLevel.Information, "metrics are served at {Address}")]
    private static partial void Served(ILogger logger, MetricsAddress address);

    [LoggerMessage(1, LogLevel.Warning, "no metrics are served: {Reason}")]
    private static partial void NotServed(ILogger logger, string reason);
}
