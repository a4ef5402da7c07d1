using System.CommandLine;
using Strato.Arguments;
using Strato.Core.History;
using Strato.Publishing.Operations;

namespace Strato.Commands;

/// <summary><c>strato publish</c>: a directory of this machine becomes a repository's next revision.</summary>
internal static class PublishCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Option<string> from = new Option<string>("--from") { Description = "The directory to publish", HelpName = "DIR", Required = true }.NotEmpty();
        Option<string> to = new Option<string>("--to") { Description = "Where it goes", HelpName = "/PATH", DefaultValueFactory = _ => "/" }.Checked(TargetPath.Require);
        Option<bool> delete = new("--delete") { Description = "Remove there what the directory does not have" };
        Option<string?> tag = new Option<string?>("--tag") { Description = "A name for the new revision", HelpName = "NAME" }.Checked(TagName.Require);
        Option<string> message = new("--message") { Description = "What the tag says", HelpName = "TEXT", DefaultValueFactory = _ => string.Empty };
        Command command = new("publish", "Synchronize a directory into a repository as one new revision.") { name, from, to, delete, tag, message };
        globals.Handle(command, context => PublishReporting.Run(context, context.Arguments.GetRequiredValue(name), operation => TreePublish.Run(
            new TreePublishRequest
            {
                Repository = context.Arguments.GetRequiredValue(name),
                Source = context.Arguments.GetRequiredValue(from),
                Target = context.Arguments.GetRequiredValue(to),
                Deletes = context.Arguments.GetValue(delete),
                Tag = context.Arguments.GetValue(tag),
                Message = context.Arguments.GetRequiredValue(message),
            },
            operation)));
        return command;
    }
}
