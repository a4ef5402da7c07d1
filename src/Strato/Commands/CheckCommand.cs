using System.CommandLine;
using System.Globalization;
using Strato.Arguments;
using Strato.Publishing.Checking;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Terminal;

namespace Strato.Commands;

/// <summary><c>strato check</c>: everything that a repository promises, held against what is there.</summary>
internal static class CheckCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> subject = new("FQRN|URL") { Description = "A repository of the home, the URL of one on a server, or a storage directory" };
        Option<bool> data = new("--data") { Description = "Read every byte of every object, too" };
        Option<string?> key = new("--key") { Description = "Public master key, or a directory of them, where the repository is not of the home", HelpName = "FILE|DIR" };
        Option<bool> incremental = new("--incremental") { Description = "Look only at what is new since the last check without a problem" };
        Option<bool> repair = new("--repair") { Description = "Put missing and damaged objects in place again, and check once more" };
        Option<string[]> from = new("--from") { Description = "Where good objects are: the repository's URL on another server, or a storage directory; may be repeated", HelpName = "URL|DIR" };
        Command command = new("check", "Check a repository: signatures, reflog, history, catalogs and objects of every tagged revision.") { subject, data, incremental, repair, from, key };
        globals.Handle(command, context =>
        {
            CheckRequest request = new()
            {
                Subject = context.Arguments.GetRequiredValue(subject),
                Keys = context.Arguments.GetValue(key),
                ReadsData = context.Arguments.GetValue(data),
                IsIncremental = context.Arguments.GetValue(incremental),
                Repairs = context.Arguments.GetValue(repair),
                Sources = context.Arguments.GetValue(from) ?? [],
            };
            UsageException.Require(!request.Repairs || request.Sources.Count > 0, "--repair needs --from: where the good objects are");
            UsageException.Require(request.Repairs || request.Sources.Count == 0, "--from is for --repair");
            UsageException.Require(!request.Repairs || !request.IsIncremental, "--repair checks everything; leave --incremental out");
            return Run(context, request);
        });
        return command;
    }

    private static int Run(CommandContext context, CheckRequest request)
    {
        List<string> problems = [];
        List<string> notes = [];
        CheckOutcome outcome;
        using (IProgressDisplay progress = context.StartProgress($"checking {request.Subject}"))
        {
            outcome = RepositoryCheck.Run(
                request with { Found = problems.Add, Note = notes.Add, Progress = state => progress.Report(Describe(state)) },
                new OperationContext
                {
                    Home = new RepositoryHome(context.Home),
                    Clock = context.Clock,
                    Cancellation = context.Cancellation,
                });
        }

        notes.ForEach(note => context.Error.WriteLine($"note: {note}"));
        if (context.Json)
        {
            context.WriteJson(
                new CheckReport(outcome.Repository, outcome.Revision, outcome.Revisions, outcome.Catalogs, outcome.Objects, problems, outcome.IsIncremental, outcome.Repaired), CommandJson.Default.CheckReport);
        }
        else
        {
            problems.ForEach(context.Output.WriteLine);
            if (outcome.Repaired > 0)
            {
                context.Output.WriteLine($"repaired {Amounts.Count(outcome.Repaired, "object")}");
            }

            string verdict = problems.Count == 0 ? "no problem" : problems.Count == 1 ? "1 problem" : $"{problems.Count} problems";
            context.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{outcome.Repository}: {verdict} in {(outcome.IsIncremental ? "what is new of " : string.Empty)}{outcome.Revisions:N0} revisions with {outcome.Catalogs:N0} catalogs and {outcome.Objects:N0} objects"));
        }

        return problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Describe(CheckProgress state) => string.Create(
        CultureInfo.InvariantCulture, $"{state.Catalogs:N0} of {state.KnownCatalogs:N0} catalogs, {state.Objects:N0} objects");
}
