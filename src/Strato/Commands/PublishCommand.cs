using System.CommandLine;
using Strato.Arguments;
using Strato.Core.History;
using Strato.Publishing.Operations;
using Strato.Publishing.Transactions;
using Strato.Transactions;

namespace Strato.Commands;

/// <summary><c>strato publish</c>: a transaction, or a directory of this machine, becomes a repository's next revision.</summary>
internal static class PublishCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Option<string?> from = new Option<string?>("--from") { Description = "The directory to publish [default: what the open transaction changed]", HelpName = "DIR" }.NotEmpty();
        Option<string> to = new Option<string>("--to") { Description = "Where it goes", HelpName = "/PATH", DefaultValueFactory = _ => "/" }.Checked(TargetPath.Require);
        Option<bool> delete = new("--delete") { Description = "Remove there what the directory does not have" };
        Option<string?> tag = new Option<string?>("--tag") { Description = "A name for the new revision", HelpName = "NAME" }.Checked(TagName.Require);
        Option<string> message = new("--message") { Description = "What the tag says", HelpName = "TEXT", DefaultValueFactory = _ => string.Empty };
        Option<bool> force = new("--force") { Description = "Publish a transaction that somebody still works in, or whose repository has changed meanwhile" };
        Command command = new("publish", "Publish the open transaction, or a directory, as one new revision.") { name, from, to, delete, tag, message, force };
        command.Validators.Add(result =>
        {
            if (result.GetValue(from) is null && (result.GetValue(delete) || result.GetResult(to) is { Implicit: false }))
            {
                result.AddError("--to and --delete go with --from DIR");
            }

            if (result.GetValue(from) is not null && result.GetValue(force))
            {
                result.AddError("--force is for transactions, not for --from DIR");
            }
        });
        globals.Handle(command, context => PublishReporting.Run(context, context.Arguments.GetRequiredValue(name), operation => context.Arguments.GetValue(from) is { } source
            ? TreePublish.Run(
                new TreePublishRequest
                {
                    Repository = context.Arguments.GetRequiredValue(name),
                    Source = source,
                    Target = context.Arguments.GetRequiredValue(to),
                    Deletes = context.Arguments.GetValue(delete),
                    Tag = context.Arguments.GetValue(tag),
                    Message = context.Arguments.GetRequiredValue(message),
                },
                operation)
            : TransactionPublish.Run(
                new TransactionPublishRequest
                {
                    Repository = context.Arguments.GetRequiredValue(name),
                    Tag = context.Arguments.GetValue(tag),
                    Message = context.Arguments.GetRequiredValue(message),
                    Force = context.Arguments.GetValue(force),
                },
                operation,
                TransactionViews.Of(context))));
        return command;
    }
}
