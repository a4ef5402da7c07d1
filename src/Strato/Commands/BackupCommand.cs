using System.CommandLine;
using Strato.Arguments;
using Strato.Publishing.Backup;

namespace Strato.Commands;

/// <summary><c>strato backup</c>: what cannot be rebuilt from a repository's objects, in one file.</summary>
internal static class BackupCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Option<string> to = new Option<string>("--to") { Description = "The file to make", HelpName = "FILE", Required = true }.NotEmpty();
        Option<string?> passphrase = PassphraseFile.Option("Encrypts the private keys");
        Option<bool> withoutKeys = new("--without-private-keys") { Description = "Leave the private keys out" };
        Command command = new("backup", "Keep keys, configuration, history and signatures of a repository in one file.") { name, to, passphrase, withoutKeys };
        globals.Handle(command, context =>
        {
            bool leavesOut = context.Arguments.GetValue(withoutKeys);
            string? secret = context.Arguments.GetValue(passphrase);
            UsageException.Require(
                leavesOut == secret is null, "private keys are not written in the clear: give --passphrase-file or --without-private-keys, not both");
            string repository = context.Arguments.GetRequiredValue(name);
            string file = Path.GetFullPath(context.Arguments.GetRequiredValue(to));
            BackupOutcome outcome = RepositoryBackup.Run(repository, file, secret is null ? null : PassphraseFile.Read(context, secret), context.Operation());
            if (context.Json)
            {
                context.WriteJson(new BackupReport(repository, file, outcome.Revision, outcome.HasPrivateKeys, outcome.Files), CommandJson.Default.BackupReport);
            }
            else
            {
                context.Output.WriteLine($"{file} has {repository} as of revision {outcome.Revision}, {(outcome.HasPrivateKeys ? "with its keys, encrypted" : "without private keys")}");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
