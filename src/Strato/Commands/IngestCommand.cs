using System.CommandLine;
using Strato.Core;
using Strato.Publishing.Operations;

namespace Strato.Commands;

/// <summary><c>strato ingest</c>: a tarball becomes a part of a repository's next revision.</summary>
internal static class IngestCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = new("FQRN") { Description = "The repository" };
        Option<string> tar = new("--tar") { Description = "The archive, plain or gzipped; - for the standard input", HelpName = "FILE|-", Required = true };
        Option<string> to = new("--to") { Description = "The directory that it is unpacked into", HelpName = "/PATH", Required = true };
        Option<string[]> delete = new("--delete") { Description = "Remove this before; may be given several times", HelpName = "/PATH" };
        Option<bool> catalog = new("--catalog") { Description = "Give the directory a catalog of its own" };
        Command command = new("ingest", "Take a tarball into a repository as one new revision, without unpacking it.") { name, tar, to, delete, catalog };
        globals.Handle(command, context =>
        {
            string repository = context.Arguments.GetRequiredValue(name);
            string file = context.Arguments.GetRequiredValue(tar);
            return PublishReporting.Run(context, repository, operation =>
            {
                using Stream archive = Open(context, file);
                return TarballIngest.Run(
                    new TarballIngestRequest
                    {
                        Repository = repository,
                        Archive = archive,
                        ArchiveName = file == "-" ? "the standard input" : file,
                        Target = context.Arguments.GetRequiredValue(to),
                        Removed = context.Arguments.GetValue(delete) ?? [],
                        MakesCatalog = context.Arguments.GetValue(catalog),
                    },
                    operation);
            });
        });
        return command;
    }

    private static Stream Open(CommandContext context, string file)
    {
        if (file == "-")
        {
            return context.OpenInput();
        }

        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot open the archive {file}: {error.Message.TrimEnd('.')}", error);
        }
    }
}
