using System.CommandLine;
using Strato.Arguments;
using Strato.Core;
using Strato.Publishing.Operations;
using Strato.Publishing.Replication;
using Strato.Publishing.Repositories;
using Strato.Terminal;

namespace Strato.Commands;

/// <summary><c>strato snapshot</c>: replicas brought to their sources' newest revisions.</summary>
internal static class SnapshotCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string?> name = new("FQRN") { Description = "The replica", Arity = ArgumentArity.ZeroOrOne };
        name.Validators.Add(result => result.Tokens.ToList().ForEach(token =>
        {
            if (!RepositoryName.IsValidNew(token.Value))
            {
                result.AddError($"'{Core.Paths.BytesText.Escape(token.Value)}' is not a repository's name");
            }
        }));
        Option<bool> all = new("--all") { Description = "Every replica of the home, the one that was snapshotted longest ago first" };
        Option<string?> group = new Option<string?>("--group") { Description = "Every replica of a group", HelpName = "NAME" }.NotEmpty();
        Option<bool> older = new("--accept-older") { Description = "Take the source's revision though a newer one is here" };
        Command command = new("snapshot", "Bring replicas to their sources' newest revisions.") { name, all, group, older };
        globals.Handle(command, context =>
        {
            ParseResult arguments = context.Arguments;
            string? one = arguments.GetValue(name);
            string? some = arguments.GetValue(group);
            int ways = (one is null ? 0 : 1) + (arguments.GetValue(all) ? 1 : 0) + (some is null ? 0 : 1);
            UsageException.Require(ways == 1, "name a replica, or say --all or --group NAME");
            return one is not null ? RunOne(context, one, arguments.GetValue(older)) : RunSeveral(context, some, arguments.GetValue(older));
        });
        return command;
    }

    private static int RunOne(CommandContext context, string repository, bool acceptsOlder)
    {
        SnapshotOutcome outcome = Take(context, repository, acceptsOlder);
        if (context.Json)
        {
            context.WriteJson(Report(outcome), CommandJson.Default.SnapshotReport);
        }
        else
        {
            Print(context, outcome);
        }

        return ExitCode.Done;
    }

    private static int RunSeveral(CommandContext context, string? group, bool acceptsOlder)
    {
        List<SnapshotReport> reports = [];
        foreach (string repository in SnapshotOrder.List(group, Operation(context, [])))
        {
            try
            {
                SnapshotOutcome outcome = Take(context, repository, acceptsOlder);
                reports.Add(Report(outcome));
                if (!context.Json)
                {
                    Print(context, outcome);
                    context.Output.Flush();
                }
            }
            catch (StratoException failure)
            {
                reports.Add(new SnapshotReport(repository, Changed: false, 0, "", "", 0, 0, [], failure.Message));
                context.Error.WriteLine($"strato snapshot: {repository}: {failure.Message}");
            }
        }

        if (context.Json)
        {
            context.WriteJson(reports, CommandJson.Default.IReadOnlyListSnapshotReport);
        }

        return reports.TrueForAll(report => report.Error is null) ? ExitCode.Done : ExitCode.Failed;
    }

    private static SnapshotOutcome Take(CommandContext context, string repository, bool acceptsOlder)
    {
        List<string> warnings = [];
        SnapshotOutcome outcome;
        using (IProgressDisplay progress = context.StartProgress($"snapshotting {repository}"))
        {
            outcome = Snapshot.Run(
                new SnapshotRequest
                {
                    Repository = repository,
                    AcceptsOlder = acceptsOlder,
                    Progress = counts => progress.Report(Describe(counts)),
                    Collecting = state => progress.Report(GcCommand.Describe(state)),
                },
                Operation(context, warnings));
        }

        foreach (string warning in warnings.Concat(outcome.Missing))
        {
            context.Error.WriteLine($"warning: {repository}: {warning}");
        }

        return outcome;
    }

    private static OperationContext Operation(CommandContext context, List<string> warnings) => new()
    {
        Home = new RepositoryHome(context.Home),
        Clock = context.Clock,
        Cancellation = context.Cancellation,
        Warn = warning =>
        {
            lock (warnings)
            {
                warnings.Add(warning);
            }
        },
    };

    private static void Print(CommandContext context, SnapshotOutcome outcome)
    {
        context.Output.WriteLine(
            outcome.IsChanged
                ? $"{outcome.Repository} is at revision {outcome.Revision} of {outcome.Source}: fetched {Describe(outcome.Counts)}"
                : $"{outcome.Repository} stays at revision {outcome.Revision}: {outcome.Source} has nothing newer");
        if (outcome.Collected is { } collected)
        {
            GcCommand.Print(context, collected);
        }
    }

    private static string Describe(SnapshotCounts counts) => $"{Amounts.Count(counts.NewObjects, "object")} of {Amounts.Bytes(counts.NewBytes)}";

    private static SnapshotReport Report(SnapshotOutcome outcome) => new(
        outcome.Repository, outcome.IsChanged, outcome.Revision, outcome.RootCatalog, outcome.Source, outcome.Counts.NewObjects, outcome.Counts.NewBytes, outcome.Missing, Error: null);
}
