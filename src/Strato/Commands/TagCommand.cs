using System.CommandLine;
using System.Globalization;
using Strato.Arguments;
using Strato.Core.History;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;

namespace Strato.Commands;

/// <summary><c>strato tag</c>: the names of a repository's revisions.</summary>
internal static class TagCommand
{
    private static readonly string[] Verbs = ["list", "add", "remove"];

    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Argument<string> verb = new("list|add|remove") { Description = "What to do", HelpName = "list|add|remove" };
        verb.OneOf(Verbs);
        Argument<string?> tag = new("NAME") { Description = "The tag, for add and remove", Arity = ArgumentArity.ZeroOrOne };
        Option<string> message = new("--message") { Description = "What an added tag says", HelpName = "TEXT", DefaultValueFactory = _ => string.Empty };
        Command command = new("tag", "List the names of revisions, name the current one, or take a name away.") { name, verb, tag, message };
        globals.Handle(command, context =>
        {
            string repository = context.Arguments.GetRequiredValue(name);
            string? chosen = context.Arguments.GetValue(tag);
            string action = context.Arguments.GetRequiredValue(verb);
            UsageException.Require(action != "list" || chosen is null, "list takes no name of a tag");
            UsageException.Require(action == "list" || !string.IsNullOrEmpty(chosen), $"{action} needs the name of a tag");
            if (action == "add")
            {
                UsageException.Check(() => TagName.Require(chosen!));
            }

            OperationContext operation = new() { Home = new RepositoryHome(context.Home), Clock = context.Clock, Cancellation = context.Cancellation };
            return action switch
            {
                "list" => List(context, repository, operation),
                "add" => Add(context, repository, chosen!, context.Arguments.GetRequiredValue(message), operation),
                _ => Remove(context, repository, chosen!, operation),
            };
        });
        return command;
    }

    private static int List(CommandContext context, string repository, OperationContext operation)
    {
        IReadOnlyList<TagReport> tags = [.. RepositoryTags.List(repository, operation).Select(Report)];
        if (context.Json)
        {
            context.WriteJson(tags, CommandJson.Default.IReadOnlyListTagReport);
            return ExitCode.Done;
        }

        foreach (TagReport tag in tags)
        {
            context.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{tag.Name}\t{tag.Revision}\t{DateTimeOffset.FromUnixTimeSeconds(tag.Timestamp):yyyy-MM-dd'T'HH:mm:ss'Z'}\t{tag.RootCatalog}\t{tag.Message.ReplaceLineEndings(" ")}"));
        }

        return ExitCode.Done;
    }

    private static int Add(CommandContext context, string repository, string name, string message, OperationContext operation)
    {
        TagReport tag = Report(RepositoryTags.Add(repository, name, message, operation));
        if (context.Json)
        {
            context.WriteJson(tag, CommandJson.Default.TagReport);
        }
        else
        {
            context.Output.WriteLine($"{tag.Name} names revision {tag.Revision} of {repository}");
        }

        return ExitCode.Done;
    }

    private static int Remove(CommandContext context, string repository, string name, OperationContext operation)
    {
        RepositoryTags.Remove(repository, name, operation);
        if (!context.Json)
        {
            context.Output.WriteLine($"{name} is no tag of {repository} any more");
        }

        return ExitCode.Done;
    }

    private static TagReport Report(HistoryTag tag) =>
        new(tag.Name, tag.Revision, tag.RootCatalog.ToString(), tag.Size, tag.Timestamp, tag.Branch, tag.Description);
}
