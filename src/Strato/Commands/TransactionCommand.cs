using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Strato.Arguments;
using Strato.Core;
using Strato.Core.Paths;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Publishing.Transactions;
using Strato.Transactions;

namespace Strato.Commands;

/// <summary><c>strato transaction</c>: a writable view of a repository, to be published or dropped.</summary>
internal static class TransactionCommand
{
    private const int LongestWait = 7 * 24 * 3600;

    public static Command Create(GlobalOptions globals)
    {
        Argument<string> place = new Argument<string>("FQRN[/PATH]") { Description = "The repository, and what of it is to be changed" }.Checked(text => _ = Split(text));
        Option<string?> at = new Option<string?>("--at") { Description = "The directory that becomes the view, as in /cvmfs/FQRN [default: views/FQRN in the home]", HelpName = "DIR" }.NotEmpty();
        Option<int?> wait = new("--wait")
        {
            Description = "Wait until an open transaction, or another operation, has ended; for so long at most",
            HelpName = "SECONDS",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = ParseWait,
        };
        Option<string?> template = new Option<string?>("--template") { Description = "Copy a directory of the repository first: its catalogs, not its files", HelpName = "/FROM=/TO" }
            .Checked(text => _ = ParseTemplate(text));
        Option<bool> scratch = new("--scratch") { Description = "Give an empty directory whose content is laid over the repository" };
        Option<bool> resume = new("--resume") { Description = "Show the view of the open transaction again, after a restart of the machine" };
        Command command = new("transaction", "Open a writable view of a repository; end it with publish or abort.") { place, at, wait, template, scratch, resume };
        command.Validators.Add(result =>
        {
            if (result.GetValue(resume) && (result.GetValue(at) is not null || result.GetValue(template) is not null || result.GetValue(scratch)))
            {
                result.AddError("--resume goes on with a transaction as it is; leave the other options out");
            }
        });
        globals.Handle(command, context =>
        {
            (string repository, string path) = Split(context.Arguments.GetRequiredValue(place));
            TransactionOpeningRequest request = new()
            {
                Repository = repository,
                Path = path,
                View = context.Arguments.GetValue(at),
                WantsScratch = context.Arguments.GetValue(scratch),
                Template = context.Arguments.GetValue(template) is { } copied ? ParseTemplate(copied) : null,
                Wait = context.Arguments.GetResult(wait) is null ? TimeSpan.Zero : TimeSpan.FromSeconds(context.Arguments.GetValue(wait) ?? LongestWait),
            };
            UsageException.Check(() => TransactionOpening.RequirePaths(request));
            TransactionViews views = TransactionViews.Of(context);
            OperationContext operation = Operation(context);
            TransactionRecord record = context.Arguments.GetValue(resume)
                ? TransactionStatus.Resume(repository, operation, views)
                : TransactionOpening.Run(request, operation, views);
            return Print(context, repository, record, views);
        });
        command.Add(CreateStatus(globals));
        command.Add(CreateList(globals));
        return command;
    }

    private static Command CreateStatus(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Command command = new("status", "Tell whether a repository has a transaction open.") { name };
        globals.Handle(command, context =>
        {
            TransactionReport report = Report(context, context.Arguments.GetRequiredValue(name));
            if (context.Json)
            {
                context.WriteJson(report, CommandJson.Default.TransactionReport);
            }
            else
            {
                context.Output.WriteLine(Describe(report));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateList(GlobalOptions globals)
    {
        Command command = new("list", "List the open transactions.");
        globals.Handle(command, context =>
        {
            IReadOnlyList<TransactionReport> reports =
                [.. new RepositoryHome(context.Home).List().Select(repository => Report(context, repository)).Where(report => report.Open)];
            if (context.Json)
            {
                context.WriteJson(reports, CommandJson.Default.IReadOnlyListTransactionReport);
                return ExitCode.Done;
            }

            foreach (TransactionReport report in reports)
            {
                context.Output.WriteLine(Describe(report));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static OperationContext Operation(CommandContext context) => new()
    {
        Home = new RepositoryHome(context.Home),
        Clock = context.Clock,
        Cancellation = context.Cancellation,
        Warn = warning => context.Error.WriteLine($"warning: {warning}"),
    };

    // The path alone goes to the standard output: cd "$(strato transaction FQRN)".
    private static int Print(CommandContext context, string repository, TransactionRecord record, TransactionViews views)
    {
        if (context.Json)
        {
            context.WriteJson(Report(context, repository, record, views), CommandJson.Default.TransactionReport);
            return ExitCode.Done;
        }

        context.Error.WriteLine($"a transaction of {repository} is open at revision {record.Revision}; strato publish {repository} seals it, strato abort {repository} drops it");
        context.Output.WriteLine(record.View);
        return ExitCode.Done;
    }

    private static TransactionReport Report(CommandContext context, string repository) =>
        TransactionStatus.Find(repository, new RepositoryHome(context.Home)) is { } record
            ? Report(context, repository, record, TransactionViews.Of(context))
            : new TransactionReport(repository, Open: false);

    private static TransactionReport Report(CommandContext context, string repository, TransactionRecord record, TransactionViews views) => new(
        repository,
        Open: true,
        record.View,
        views.IsShown(TransactionStatus.PlacesOf(repository, new RepositoryHome(context.Home)), record),
        record.Kind == TransactionViewKind.Overlay ? "overlay" : "scratch",
        record.Path,
        record.Revision,
        record.RootCatalog,
        record.TemplateFrom,
        record.TemplateTo,
        record.Opened,
        record.OpenedBy);

    private static string Describe(TransactionReport report)
    {
        if (!report.Open)
        {
            return $"{report.Repository} has no transaction open";
        }

        string shown = report.Shown == true ? report.View! : $"{report.View} (not shown now: strato transaction {report.Repository} --resume)";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Repository}\t{report.Path}\trevision {report.Revision}\t{report.Opened!.Value.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\t{report.OpenedBy}\t{shown}");
    }

    private static (string Repository, string Path) Split(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        (string repository, string path) = slash < 0 ? (text, "/") : (text[..slash], text[slash..]);
        RepositoryName.Require(repository);
        TargetPath.Require(path);
        return (repository, path);
    }

    private static (string From, string To) ParseTemplate(string text)
    {
        int equals = text.IndexOf("=/", StringComparison.Ordinal);
        if (equals < 0)
        {
            throw new StratoException($"cannot take --template {text}: write /FROM=/TO");
        }

        (string from, string to) = (text[..equals], text[(equals + 1)..]);
        TargetPath.Require(from);
        TargetPath.Require(to);
        return (from, to);
    }

    private static int? ParseWait(ArgumentResult result)
    {
        if (result.Tokens is not [Token token])
        {
            return null;
        }

        if (int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds <= LongestWait)
        {
            return seconds;
        }

        result.AddError($"--wait takes 0 to {LongestWait} seconds, not '{BytesText.Escape(token.Value)}'");
        return null;
    }
}
