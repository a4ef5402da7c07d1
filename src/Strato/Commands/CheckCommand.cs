using System.CommandLine;
using System.Globalization;
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
        Command command = new("check", "Check a repository: signatures, reflog, history, catalogs and objects of every tagged revision.") { subject, data, key };
        globals.Handle(command, context => Run(
            context, context.Arguments.GetRequiredValue(subject), context.Arguments.GetValue(data), context.Arguments.GetValue(key)));
        return command;
    }

    private static int Run(CommandContext context, string subject, bool data, string? key)
    {
        List<string> problems = [];
        List<string> notes = [];
        CheckOutcome outcome;
        using (IProgressDisplay progress = context.StartProgress($"checking {subject}"))
        {
            outcome = RepositoryCheck.Run(
                new CheckRequest { Subject = subject, Keys = key, ReadsData = data, Found = problems.Add, Note = notes.Add },
                new OperationContext
                {
                    Home = new RepositoryHome(context.Home),
                    Clock = context.Clock,
                    Cancellation = context.Cancellation,
                    Progress = counts => progress.Report(string.Create(CultureInfo.InvariantCulture, $"{counts.Files:N0} objects")),
                });
        }

        notes.ForEach(note => context.Error.WriteLine($"note: {note}"));
        if (context.Json)
        {
            context.WriteJson(
                new CheckReport(outcome.Repository, outcome.Revision, outcome.Revisions, outcome.Catalogs, outcome.Objects, problems), CommandJson.Default.CheckReport);
        }
        else
        {
            problems.ForEach(context.Output.WriteLine);
            string verdict = problems.Count == 0 ? "no problem" : problems.Count == 1 ? "1 problem" : $"{problems.Count} problems";
            context.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{outcome.Repository}: {verdict} in {outcome.Revisions:N0} revisions with {outcome.Catalogs:N0} catalogs and {outcome.Objects:N0} objects"));
        }

        return problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
