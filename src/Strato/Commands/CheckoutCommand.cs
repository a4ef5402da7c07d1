using System.CommandLine;
using Strato.Arguments;
using Strato.Publishing.Branches;
using Strato.Publishing.Operations;

namespace Strato.Commands;

/// <summary><c>strato checkout</c>: what the next publish starts from.</summary>
internal static class CheckoutCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Option<string?> tag = new Option<string?>("--tag") { Description = "The tag that a new branch starts from", HelpName = "NAME" }.NotEmpty();
        Option<string?> branch = new Option<string?>("--branch") { Description = "The branch that the next publish is on [default: the default one]", HelpName = "NAME" }.NotEmpty();
        Command command = new("checkout", "Have the next publish start from a branch or a tag instead of the current revision.") { name, tag, branch };
        globals.Handle(command, context =>
        {
            string repository = context.Arguments.GetRequiredValue(name);
            UsageException.Check(() => RevisionCheckout.RequireNames(context.Arguments.GetValue(tag), context.Arguments.GetValue(branch)));
            CheckoutOutcome outcome = RevisionCheckout.Run(repository, context.Arguments.GetValue(tag), context.Arguments.GetValue(branch), context.Operation());
            if (context.Json)
            {
                context.WriteJson(new CheckoutReport(repository, outcome.Branch, outcome.Tag, outcome.Revision, outcome.RootCatalog, outcome.IsNew), CommandJson.Default.CheckoutReport);
            }
            else
            {
                context.Output.WriteLine(outcome.Tag is null
                    ? $"{repository} is on its default branch at revision {outcome.Revision}"
                    : $"the next publish of {repository} starts from {outcome.Tag} (revision {outcome.Revision}) on the {(outcome.IsNew ? "new " : string.Empty)}branch {outcome.Branch}; it needs --tag");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
