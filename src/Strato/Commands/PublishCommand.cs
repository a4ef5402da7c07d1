using System.CommandLine;
using Strato.Publishing.Operations;

namespace Strato.Commands;

/// <summary><c>strato publish</c>: a directory of this machine becomes a repository's next revision.</summary>
internal static class PublishCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = new("FQRN") { Description = "The repository" };
        Option<string> from = new("--from") { Description = "The directory to publish", HelpName = "DIR", Required = true };
        Option<string> to = new("--to") { Description = "Where it goes", HelpName = "/PATH", DefaultValueFactory = _ => "/" };
        Option<bool> delete = new("--delete") { Description = "Remove there what the directory does not have" };
        Option<string?> tag = new("--tag") { Description = "A name for the new revision", HelpName = "NAME" };
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
