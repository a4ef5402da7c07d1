using System.CommandLine;
using System.Globalization;
using Strato.Arguments;
using Strato.Publishing.Statistics;
using Strato.Terminal;

namespace Strato.Commands;

/// <summary><c>strato stats</c>: how much a repository holds, where, and how it grew.</summary>
internal static class StatsCommand
{
    private const int DeepestDepth = 32;
    private const int MostRevisions = 100_000;

    public static Command Create(GlobalOptions globals)
    {
        Argument<string> subject = new("FQRN|URL|DIR") { Description = "A repository of the home, the URL of one on a server, or a storage directory" };
        Option<int> depth = new Option<int>("--depth") { Description = "Tell of directories down to this depth", HelpName = "N", DefaultValueFactory = _ => 1 }.Within("levels", 0, DeepestDepth);
        Option<int> revisions = new Option<int>("--revisions") { Description = "Tell what the newest N revisions brought; 0 for none", HelpName = "N", DefaultValueFactory = _ => 10 }
            .Within("revisions", 0, MostRevisions);
        Option<string?> at = new Option<string?>("--at") { Description = "Count the tree of this revision [default: the current one]", HelpName = "TAG|NUMBER|HASH" }.NotEmpty();
        Option<bool> quick = new("--quick") { Description = "Leave out stored sizes, so that no object has to be asked for" };
        Option<string?> key = new("--key") { Description = "Public master key, or a directory of them, where the repository is not of the home", HelpName = "FILE|DIR" };
        Command command = new("stats", "Show how much a repository holds: raw, deduplicated and compressed, by directory and by revision.") { subject, depth, revisions, at, quick, key };
        globals.Handle(command, context => Run(context, new StatisticsRequest
        {
            Subject = context.Arguments.GetRequiredValue(subject),
            Depth = context.Arguments.GetValue(depth),
            Revisions = context.Arguments.GetValue(revisions),
            Revision = context.Arguments.GetValue(at),
            AsksStore = !context.Arguments.GetValue(quick),
            Keys = context.Arguments.GetValue(key),
        }));
        return command;
    }

    private static int Run(CommandContext context, StatisticsRequest request)
    {
        List<string> notes = [];
        StatisticsOutcome outcome;
        using (IProgressDisplay progress = context.StartProgress($"counting {request.Subject}"))
        {
            outcome = RepositoryStatistics.Run(
                request with { Note = notes.Add, Progress = state => progress.Report(Describe(state)) }, context.Operation());
        }

        notes.ForEach(note => context.Error.WriteLine($"note: {note}"));
        if (context.Json)
        {
            context.WriteJson(StatsOutput.Report(outcome), CommandJson.Default.StatsReport);
        }
        else
        {
            StatsOutput.Print(context.Output, outcome);
        }

        return ExitCode.Done;
    }

    private static string Describe(StatisticsProgress state) => string.Create(
        CultureInfo.InvariantCulture, $"{state.Catalogs:N0} of {state.KnownCatalogs:N0} catalogs, {state.Objects:N0} objects");
}
