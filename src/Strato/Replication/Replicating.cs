using Microsoft.Extensions.Logging;
using Strato.Publishing.Operations;
using Strato.Publishing.Replication;
using Strato.Publishing.Repositories;

namespace Strato.Replication;

/// <summary>Runs the service that keeps replicas up to date, with a line in the log for each snapshot and its numbers in the metrics.</summary>
internal sealed partial class Replicating(CommandContext context, TimeSpan interval, ILogger logger) : IDisposable
{
    /// <summary>What is counted.</summary>
    public ReplicationMeter Meter { get; } = new(context.Clock);

    /// <summary>Runs until the command is to stop.</summary>
    public Task RunAsync()
    {
        OperationContext operation = new()
        {
            Home = new RepositoryHome(context.Home),
            Clock = context.Clock,
            Cancellation = context.Cancellation,
            Warn = warning => Warned(logger, warning),
        };
        return new ReplicationService(operation, interval, Environment.ProcessorCount, Report).RunAsync(context.Cancellation);
    }

    public void Dispose() => Meter.Dispose();

    private void Report(SnapshotResult result)
    {
        Meter.Add(result);
        if (result.Outcome is not { } outcome)
        {
            Failed(logger, result.Repository, result.Failure!);
            return;
        }

        foreach (string missing in outcome.Missing)
        {
            Warned(logger, $"{result.Repository}: {missing}");
        }

        if (outcome.IsChanged)
        {
            Taken(logger, result.Repository, outcome.Revision, outcome.Source, outcome.Counts.NewObjects, outcome.Counts.NewBytes, result.Duration.TotalSeconds);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Repository} is at revision {Revision} of {Source}: fetched {Objects} objects of {Bytes} bytes in {Seconds:F1} s")]
    private static partial void Taken(ILogger logger, string repository, ulong revision, string source, long objects, long bytes, double seconds);

    [LoggerMessage(2, LogLevel.Error, "the snapshot of {Repository} failed: {Reason}")]
    private static partial void Failed(ILogger logger, string repository, string reason);

    [LoggerMessage(3, LogLevel.Warning, "{Warning}")]
    private static partial void Warned(ILogger logger, string warning);
}
