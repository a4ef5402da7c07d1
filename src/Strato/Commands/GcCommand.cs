using System.CommandLine;
using System.Globalization;
using Strato.Arguments;
using Strato.Publishing.Collecting;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Terminal;

namespace Strato.Commands;

/// <summary><c>strato gc</c>: deletes what no kept revision needs.</summary>
internal static class GcCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Option<int?> last = new Option<int?>("--keep-last", "-r") { Description = "Keep N revisions before the current one", HelpName = "N" }.Within("revisions", 0, int.MaxValue);
        Option<string?> since = new Option<string?>("--keep-since", "-t")
        {
            Description = "Keep the revisions that were current within this time; without this and --keep-last the settings' 3 days",
            HelpName = "AGE",
        }.Checked(AgeText.Require);
        Option<string> grace = new Option<string>("--grace")
        {
            Description = "Keep what readers and replicas may still use, at least",
            HelpName = "AGE",
            DefaultValueFactory = _ => "1h",
        }.Checked(AgeText.Require);
        Option<bool> dryRun = new("--dry-run", "-d") { Description = "Find out what would be deleted, and change nothing" };
        Option<bool> list = new("--list", "-l") { Description = "Print the name of every object that is deleted" };
        Option<string?> log = new Option<string?>("--log", "-L") { Description = "Append the names of deleted objects to this file", HelpName = "FILE" }.NotEmpty();
        Option<string?> temporary = new Option<string?>("--temp") { Description = "Where to keep lists meanwhile, 22 bytes an object, where the home has no space", HelpName = "DIR" }.NotEmpty();
        Command command = new("gc", "Delete what no kept revision needs: kept are the current one, those with a tag, and recent ones.")
        {
            name, last, since, grace, dryRun, list, log, temporary,
        };
        globals.Handle(command, context => Run(
            context,
            new CollectionRequest
            {
                Repository = context.Arguments.GetRequiredValue(name),
                KeptRevisions = context.Arguments.GetValue(last),
                KeptAge = context.Arguments.GetValue(since) is { } age ? AgeText.Parse(age) : null,
                Grace = AgeText.Parse(context.Arguments.GetRequiredValue(grace)),
                IsDryRun = context.Arguments.GetValue(dryRun),
                DeletionLog = context.Arguments.GetValue(log),
                WorkFolder = context.Arguments.GetValue(temporary),
            },
            context.Arguments.GetValue(list)));
        return command;
    }

    private static int Run(CommandContext context, CollectionRequest request, bool lists)
    {
        CollectionOutcome outcome;
        List<string> notes = [];
        using (IProgressDisplay progress = context.StartProgress($"collecting {request.Repository}"))
        {
            outcome = GarbageCollection.Run(
                request with
                {
                    Listed = lists ? line => (context.Json ? context.Error : context.Output).WriteLine(line) : null,
                    Progress = state => progress.Report(Describe(state), state.Total is > 0 ? (double)state.Done / state.Total : null),
                    Note = notes.Add,
                },
                new OperationContext { Home = new RepositoryHome(context.Home), Clock = context.Clock, Cancellation = context.Cancellation });
        }

        notes.ForEach(note => context.Error.WriteLine($"note: {note}"));
        if (context.Json)
        {
            context.WriteJson(Report(outcome), CommandJson.Default.GcReport);
        }
        else
        {
            Print(context, outcome);
        }

        return ExitCode.Done;
    }

    /// <summary>Prints what came of a collection, for people.</summary>
    public static void Print(CommandContext context, CollectionOutcome outcome)
    {
        string verb = outcome.IsDryRun ? "would be deleted" : "deleted";
        context.Output.WriteLine(
            $"{outcome.Repository}: {verb}: {Amounts.Count(outcome.DeletedObjects, "object")} of {Amounts.Bytes(outcome.DeletedBytes)} and {Amounts.Count(outcome.DroppedRevisions, "revision")}; "
            + $"kept: {Amounts.Count(outcome.KeptRevisions, "revision")} with {Amounts.Count(outcome.KeptObjects, "object")}");
        if (outcome.YoungObjects > 0)
        {
            context.Output.WriteLine($"{Amounts.Count(outcome.YoungObjects, "object")} that nothing needs may go once they are old enough (--grace)");
        }
    }

    /// <summary>Says how far a collection is.</summary>
    public static string Describe(CollectionProgress state) => state.Stage switch
    {
        CollectionStage.Marking => string.Create(CultureInfo.InvariantCulture, $"read {state.Done:N0} of {state.Total:N0} catalogs"),
        CollectionStage.Searching => string.Create(CultureInfo.InvariantCulture, $"looked at {state.Done:N0} objects"),
        _ => string.Create(CultureInfo.InvariantCulture, $"deleted {state.Done:N0} of {state.Total:N0} objects"),
    };

    private static GcReport Report(CollectionOutcome outcome) => new(
        outcome.Repository,
        outcome.IsDryRun,
        outcome.IsResumed,
        outcome.KeptRevisions,
        outcome.DroppedRevisions,
        outcome.KeptCatalogs,
        outcome.KeptObjects,
        outcome.SeenObjects,
        outcome.YoungObjects,
        outcome.DeletedObjects,
        outcome.DeletedBytes,
        outcome.Seconds);
}
