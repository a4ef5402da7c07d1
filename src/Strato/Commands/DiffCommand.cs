using System.CommandLine;
using System.Globalization;
using Strato.Arguments;
using Strato.Core.History;
using Strato.Publishing.Differences;
using Strato.Publishing.Operations;
using Strato.Terminal;

namespace Strato.Commands;

/// <summary><c>strato diff</c>: what differs between two revisions.</summary>
internal static class DiffCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Option<string> from = Revision("--from", "The revision to start from: a tag, a number or a root catalog's hash", TagName.TrunkPrevious);
        Option<string> to = Revision("--to", "The revision to get to", TagName.Trunk);
        Option<bool> machine = new("--machine-readable") { Description = "One short line an entry, as the genuine tools print it" };
        Option<bool> header = new("--header") { Description = "Print first what is compared, or what the lines mean" };
        Option<bool> ignoresTime = new("--ignore-timediff") { Description = "Leave out entries that differ in their time alone" };
        Command command = new("diff", "Show what differs between two revisions.") { name, from, to, machine, header, ignoresTime };
        command.Validators.Add(result =>
        {
            if (result.GetValue(machine) && result.GetValue(globals.Json))
            {
                result.AddError("--json and --machine-readable are two forms; choose one");
            }
        });
        globals.Handle(command, context =>
        {
            string repository = context.Arguments.GetRequiredValue(name);
            DiffOutput output = context.Json
                ? new JsonDiffOutput(context.Output, repository)
                : context.Arguments.GetValue(machine)
                    ? new MachineDiffOutput(context.Output, context.Arguments.GetValue(header))
                    : new TextDiffOutput(context.Output, context.Arguments.GetValue(header));
            output.IgnoresTime = context.Arguments.GetValue(ignoresTime);
            DifferenceCounts counts;

            // A bar would be torn by what is printed meanwhile, so that only a log's lines are shown.
            using (IProgressDisplay progress = new PlainProgress($"comparing revisions of {repository}", context.Error, context.Clock))
            {
                counts = RevisionComparison.Run(
                    repository, context.Arguments.GetRequiredValue(from), context.Arguments.GetRequiredValue(to), output, context.Operation(progress, Describe));
            }

            output.End(counts);
            return ExitCode.Done;
        });
        return command;
    }

    private static Option<string> Revision(string name, string description, string fallback) =>
        new Option<string>(name) { Description = description, HelpName = "TAG|NUMBER|HASH", DefaultValueFactory = _ => fallback }.NotEmpty();

    private static string Describe(PublishCounts counts) =>
        string.Create(CultureInfo.InvariantCulture, $"{counts.Files:N0} differences in {counts.NewObjects:N0} catalogs");
}
