using System.CommandLine;
using System.Globalization;
using Strato.Arguments;
using Strato.Core.History;
using Strato.Publishing.Operations;
using Strato.Publishing.Retention;

namespace Strato.Commands;

/// <summary><c>strato tag</c>: the names of a repository's revisions.</summary>
internal static class TagCommand
{
    private static readonly string[] Verbs = ["list", "add", "remove", "prune", "branches"];

    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Argument<string> verb = new("list|add|remove|prune|branches") { Description = "What to do", HelpName = "list|add|remove|prune|branches" };
        verb.OneOf(Verbs);
        Argument<string?> tag = new("NAME") { Description = "The tag, for add and remove", Arity = ArgumentArity.ZeroOrOne };
        Option<string> message = new("--message") { Description = "What an added tag says", HelpName = "TEXT", DefaultValueFactory = _ => string.Empty };
        Option<int> keep = new Option<int>("--keep") { Description = "prune: how many of the newest automatic tags stay", HelpName = "N", DefaultValueFactory = _ => 0 }.Within("tags", 0, int.MaxValue);
        Option<string?> olderThan = new Option<string?>("--older-than") { Description = "prune: automatic tags that are younger stay", HelpName = "AGE" }
            .Checked(text => PointInTime.Parse(text, DateTimeOffset.UtcNow, "--older-than"));
        Option<bool> dryRun = new("--dry-run") { Description = "prune: only tell what would go" };
        Command command = new("tag", "List the names of revisions, name the current one, or take names away.") { name, verb, tag, message, keep, olderThan, dryRun };
        globals.Handle(command, context =>
        {
            string repository = context.Arguments.GetRequiredValue(name);
            string? chosen = context.Arguments.GetValue(tag);
            string action = context.Arguments.GetRequiredValue(verb);
            bool isAboutOne = action is "add" or "remove";
            UsageException.Require(isAboutOne || chosen is null, $"{action} takes no name of a tag");
            UsageException.Require(!isAboutOne || !string.IsNullOrEmpty(chosen), $"{action} needs the name of a tag");
            UsageException.Require(
                action != "prune" || context.Arguments.GetValue(keep) > 0 || context.Arguments.GetValue(olderThan) is not null,
                "prune needs --keep or --older-than: how many automatic tags stay, or how young");
            if (action == "add")
            {
                UsageException.Check(() => TagName.Require(chosen!));
            }

            OperationContext operation = context.Operation();
            return action switch
            {
                "list" => List(context, repository, operation),
                "branches" => ListBranches(context, repository, operation),
                "prune" => Prune(
                    context,
                    repository,
                    new RetentionPolicy(
                        context.Arguments.GetValue(keep),
                        context.Arguments.GetValue(olderThan) is { } age ? PointInTime.Parse(age, context.Clock.GetUtcNow(), "--older-than") : null),
                    context.Arguments.GetValue(dryRun),
                    operation),
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

    private static int ListBranches(CommandContext context, string repository, OperationContext operation)
    {
        IReadOnlyList<BranchReport> branches =
            [.. RepositoryTags.ListBranches(repository, operation).Select(branch => new BranchReport(branch.Name, branch.Parent, branch.InitialRevision))];
        if (context.Json)
        {
            context.WriteJson(branches, CommandJson.Default.IReadOnlyListBranchReport);
            return ExitCode.Done;
        }

        foreach (BranchReport branch in branches)
        {
            context.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{Shown(branch.Name)}\t{(branch.Parent is { } parent ? Shown(parent) : "-")}\t{branch.InitialRevision}"));
        }

        return ExitCode.Done;

        static string Shown(string branch) => branch.Length == 0 ? "(default)" : branch;
    }

    private static int Prune(CommandContext context, string repository, RetentionPolicy policy, bool isDryRun, OperationContext operation)
    {
        IReadOnlyList<TagReport> removed = [.. RepositoryTags.Prune(repository, policy, isDryRun, operation).Select(Report)];
        if (context.Json)
        {
            context.WriteJson(new PruneReport(repository, isDryRun, removed), CommandJson.Default.PruneReport);
            return ExitCode.Done;
        }

        foreach (TagReport tag in removed)
        {
            context.Output.WriteLine($"{(isDryRun ? "would remove" : "removed")} the tag {tag.Name} of revision {tag.Revision}");
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
