using System.Globalization;
using Strato.Publishing.Collecting;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Terminal;

namespace Strato.Commands;

/// <summary>Runs an operation that makes a revision, showing how far it is, and prints what came of it.</summary>
internal static class PublishReporting
{
    public static int Run(CommandContext context, string repository, Func<OperationContext, PublishOutcome> run)
    {
        PublishOutcome outcome;
        List<string> warnings = [];
        CollectionOutcome? collected;
        using (IProgressDisplay progress = context.StartProgress($"publishing {repository}"))
        {
            OperationContext operation = new()
            {
                Home = new RepositoryHome(context.Home),
                Clock = context.Clock,
                Cancellation = context.Cancellation,
                Progress = counts => progress.Report(Describe(counts)),
                Warn = warning =>
                {
                    lock (warnings)
                    {
                        warnings.Add(warning);
                    }
                },
            };
            outcome = run(operation);
            collected = AutomaticCollection.RunIfDue(repository, state => progress.Report(GcCommand.Describe(state)), operation);
        }

        foreach (string warning in warnings)
        {
            context.Error.WriteLine($"warning: {warning}");
        }

        Print(context, repository, outcome);
        if (collected is not null && !context.Json)
        {
            GcCommand.Print(context, collected);
        }

        return ExitCode.Done;
    }

    private static void Print(CommandContext context, string repository, PublishOutcome outcome)
    {
        if (context.Json)
        {
            context.WriteJson(
                new PublishReport(
                    repository, outcome.IsChanged, outcome.Revision, outcome.RootCatalog, outcome.Entries, outcome.Counts.Files, outcome.Counts.Bytes, outcome.Counts.NewObjects, outcome.Counts.NewBytes),
                CommandJson.Default.PublishReport);
        }
        else if (outcome.IsChanged)
        {
            context.Output.WriteLine($"{repository} is at revision {outcome.Revision} with {Number(outcome.Entries)} entries: read {Describe(outcome.Counts)}");
        }
        else
        {
            context.Output.WriteLine($"{repository} stays at revision {outcome.Revision}: nothing has changed");
        }
    }

    private static string Describe(PublishCounts counts) =>
        $"{Number(counts.Files)} {(counts.Files == 1 ? "file" : "files")} of {Size(counts.Bytes)}, stored {Number(counts.NewObjects)} new {(counts.NewObjects == 1 ? "object" : "objects")} of {Size(counts.NewBytes)}";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Size(long bytes) => bytes < 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000.0:N1} kB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:N1} MB");
}
