using System.CommandLine;
using Strato.Arguments;
using Strato.Publishing.Operations;

namespace Strato.Commands;

/// <summary><c>strato rollback</c>: a tagged revision's content becomes the next revision.</summary>
internal static class RollbackCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Option<string?> tag = new Option<string?>("--tag") { Description = "The tag to go back to [default: the revision before the current one, once]", HelpName = "NAME" }.NotEmpty();
        Option<bool> dryRun = new("--dry-run") { Description = "Only tell what would be done" };
        Command command = new("rollback", "Publish a tagged revision's content anew, and forget the tags of what came after it.") { name, tag, dryRun };
        globals.Handle(command, context =>
        {
            string repository = context.Arguments.GetRequiredValue(name);
            bool isDryRun = context.Arguments.GetValue(dryRun);
            RollbackOutcome outcome = RevisionRollback.Run(repository, context.Arguments.GetValue(tag), isDryRun, context.Operation());
            Print(context, repository, outcome, isDryRun);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(CommandContext context, string repository, RollbackOutcome outcome, bool isDryRun)
    {
        string[] removed = [.. outcome.Removed.Select(tag => tag.Name)];
        if (context.Json)
        {
            context.WriteJson(
                new RollbackReport(repository, isDryRun, outcome.Revision, outcome.RootCatalog, outcome.Target.Name, outcome.Target.Revision, removed),
                CommandJson.Default.RollbackReport);
            return;
        }

        foreach (string gone in removed)
        {
            context.Output.WriteLine(isDryRun ? $"would remove the tag {gone}" : $"removed the tag {gone}");
        }

        string content = $"revision {outcome.Revision}, which repeats revision {outcome.Target.Revision} ({outcome.Target.Name})";
        context.Output.WriteLine(isDryRun ? $"{repository} would get {content}" : $"{repository} is at {content}");
    }
}
