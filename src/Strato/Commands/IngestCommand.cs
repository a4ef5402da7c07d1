using System.CommandLine;
using Strato.Arguments;
using Strato.Core;
using Strato.Core.History;
using Strato.Publishing.Operations;

namespace Strato.Commands;

/// <summary><c>strato ingest</c>: a tarball becomes a part of a repository's next revision.</summary>
internal static class IngestCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Option<string> tar = new Option<string>("--tar") { Description = "The archive, plain or gzipped; - for the standard input", HelpName = "FILE|-", Required = true }.NotEmpty();
        Option<string> to = new Option<string>("--to") { Description = "The directory that it is unpacked into", HelpName = "/PATH", Required = true }.Checked(TargetPath.Require);
        Option<string[]> delete = new Option<string[]>("--delete") { Description = "Remove this before; may be given several times", HelpName = "/PATH" }.Checked(TargetPath.Require);
        Option<bool> catalog = new("--catalog") { Description = "Give the directory a catalog of its own" };
        Option<string?> tag = new Option<string?>("--tag") { Description = "A name for the new revision", HelpName = "NAME" }.Checked(TagName.Require);
        Option<string> message = new("--message") { Description = "What the tag says", HelpName = "TEXT", DefaultValueFactory = _ => string.Empty };
        Command command = new("ingest", "Take a tarball into a repository as one new revision, without unpacking it.") { name, tar, to, delete, catalog, tag, message };
        globals.Handle(command, context =>
        {
            string repository = context.Arguments.GetRequiredValue(name);
            string file = context.Arguments.GetRequiredValue(tar);
            string target = context.Arguments.GetRequiredValue(to);
            string[] removed = context.Arguments.GetValue(delete) ?? [];
            bool makesCatalog = context.Arguments.GetValue(catalog);
            UsageException.Check(() => TarballIngest.RequirePaths(target, removed, makesCatalog));
            return PublishReporting.Run(context, repository, operation =>
            {
                using Stream archive = Open(context, file);
                return TarballIngest.Run(
                    new TarballIngestRequest
                    {
                        Repository = repository,
                        Archive = archive,
                        ArchiveName = file == "-" ? "the standard input" : file,
                        Target = target,
                        Removed = removed,
                        MakesCatalog = makesCatalog,
                        Tag = context.Arguments.GetValue(tag),
                        Message = context.Arguments.GetRequiredValue(message),
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
