using System.CommandLine;
using System.Globalization;
using Strato.Arguments;
using Strato.Publishing.Adopting;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;

namespace Strato.Commands;

/// <summary><c>strato import</c>: a repository of the genuine tools is published by Strato, where it is, and given back.</summary>
internal static class ImportCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create("The repository's name");
        Option<string?> storage = Folder("--storage", "Where its objects are [default: as its server.conf says]");
        Option<string?> keys = Folder("--keys", "Where its keys are [default: as its client.conf says, or /etc/cvmfs/keys]");
        Option<string?> config = Folder("--config", "Where its server.conf is [default: /etc/cvmfs/repositories.d/FQRN]");
        Option<bool> back = new("--give-back") { Description = "Leave an imported repository to the genuine tools alone" };
        Command command = new("import", "Take a repository over that CernVM-FS tools made, in place, with its keys and settings.") { name, storage, keys, config, back };
        globals.Handle(command, context =>
        {
            OperationContext operation = new()
            {
                Home = new RepositoryHome(context.Home),
                Clock = context.Clock,
                Cancellation = context.Cancellation,
                Warn = warning => context.Error.WriteLine($"strato import: warning: {warning}"),
            };
            ImportRequest request = new()
            {
                Repository = context.Arguments.GetRequiredValue(name),
                Storage = FullPath(context.Arguments.GetValue(storage)),
                Keys = FullPath(context.Arguments.GetValue(keys)),
                Configuration = FullPath(context.Arguments.GetValue(config)),
            };
            if (!context.Arguments.GetValue(back))
            {
                return Import(context, request, operation);
            }

            UsageException.Require(
                request is { Storage: null, Keys: null, Configuration: null }, "--give-back takes no --storage, --keys or --config: it changes none of them");
            RepositoryImport.GiveBack(request.Repository, operation);
            context.Output.WriteLine($"gave {request.Repository} back; its storage and keys are where they were");
            return ExitCode.Done;
        });
        return command;
    }

    private static int Import(CommandContext context, ImportRequest request, OperationContext operation)
    {
        ImportOutcome outcome = RepositoryImport.Run(request, operation);
        if (context.Json)
        {
            context.WriteJson(
                new ImportReport(request.Repository, outcome.Revision, outcome.RootCatalog, outcome.Tags, outcome.Storage, outcome.Keys, outcome.Settings),
                CommandJson.Default.ImportReport);
        }
        else
        {
            context.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"imported {request.Repository} at revision {outcome.Revision} with {outcome.Tags} tags; its objects stay in {outcome.Storage}, its keys in {outcome.Keys}"));
        }

        return ExitCode.Done;
    }

    private static Option<string?> Folder(string name, string description) =>
        new Option<string?>(name) { Description = description, HelpName = "DIR" }.NotEmpty();

    private static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);
}
