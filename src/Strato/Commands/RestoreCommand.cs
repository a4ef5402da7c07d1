using System.CommandLine;
using Strato.Arguments;
using Strato.Publishing.Backup;

namespace Strato.Commands;

/// <summary><c>strato restore</c>: puts a backup back, beside the storage that is there or after it was lost.</summary>
internal static class RestoreCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Option<string> from = new Option<string>("--from") { Description = "The backup", HelpName = "FILE", Required = true }.NotEmpty();
        Option<string?> passphrase = PassphraseFile.Option("Decrypts the private keys, which are left out otherwise");
        Option<string?> storage = new Option<string?>("--storage") { Description = "Where the repository's objects are [default: where they were]", HelpName = "DIR" }.NotEmpty();
        Option<string?> keys = new Option<string?>("--keys") { Description = "Where keys go [default: where they were]", HelpName = "DIR" }.NotEmpty();
        Option<bool> replace = new("--replace") { Description = "Replace configuration and keys of a repository that the home has" };
        Command command = new("restore", "Put keys, configuration, history and signatures of a repository back.") { from, passphrase, storage, keys, replace };
        globals.Handle(command, context =>
        {
            List<string> steps = [];
            string? secret = context.Arguments.GetValue(passphrase);
            RestoreOutcome outcome = RepositoryRestore.Run(
                new RestoreRequest
                {
                    File = context.Arguments.GetRequiredValue(from),
                    Passphrase = secret is null ? null : PassphraseFile.Read(context, secret),
                    Storage = FullPath(context.Arguments.GetValue(storage)),
                    Keys = FullPath(context.Arguments.GetValue(keys)),
                    Replaces = context.Arguments.GetValue(replace),
                    Tell = steps.Add,
                },
                context.Operation());
            if (context.Json)
            {
                context.WriteJson(new RestoreReport(outcome.Repository, outcome.BackupRevision, outcome.Revision, outcome.HasPrivateKeys, steps), CommandJson.Default.RestoreReport);
                return ExitCode.Done;
            }

            steps.ForEach(context.Output.WriteLine);
            context.Output.WriteLine(outcome.Revision is { } revision
                ? $"{outcome.Repository} is at revision {revision}; see that it is whole with: strato check {outcome.Repository}"
                : $"{outcome.Repository} has its keys and configuration back, and no revision");
            if (!outcome.HasPrivateKeys)
            {
                context.Output.WriteLine("its private keys are not there: put them back before it is published");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);
}
