using System.CommandLine;
using Microsoft.Extensions.Logging;
using Strato.Arguments;
using Strato.Hosting.Logging;
using Strato.Hosting.Metrics;
using Strato.Replication;

namespace Strato.Commands;

/// <summary><c>strato replicate</c>: a service that snapshots every replica in the home again and again.</summary>
internal static class ReplicateCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Option<int> interval = Interval();
        Command command = new("replicate", "Snapshot every replica in the home again and again, until Ctrl-C.") { interval };
        MetricsOption metrics = new();
        command.Add(metrics);
        LogOptions logging = new(command, LogLevel.Information);
        globals.Handle(command, async context =>
        {
            LogWriter output = logging.Open(context);
            using LineLoggerFactory log = new(output);
            using Replicating replicating = new(context, TimeSpan.FromSeconds(context.Arguments.GetRequiredValue(interval)), log.CreateLogger("replicate"));
            await using MetricsServer? server = await MetricsOption.ServeAsync(
                context.Arguments.GetValue(metrics), () => new MetricsPage([replicating.Meter.Instruments]), output, context.Cancellation);
            await replicating.RunAsync();
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary><c>--interval SECONDS</c></summary>
    public static Option<int> Interval() =>
        new Option<int>("--interval") { Description = "How often a replica is snapshotted whose settings do not say so", HelpName = "SECONDS", DefaultValueFactory = _ => 600 }
            .Within("seconds", 1, int.MaxValue);
}
