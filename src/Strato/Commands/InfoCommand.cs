using System.CommandLine;
using System.Globalization;
using Strato.Arguments;
using Strato.Core.Compression;
using Strato.Publishing.Operations;

namespace Strato.Commands;

/// <summary><c>strato info</c>: what there is to know about a repository of the home.</summary>
internal static class InfoCommand
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Command command = new("info", "Show what a repository is and has.") { name };
        globals.Handle(command, context =>
        {
            OperationContext operation = context.Operation();
            InfoReport report = Describe(RepositoryReport.Read(context.Arguments.GetRequiredValue(name), operation));
            if (context.Json)
            {
                context.WriteJson(report, CommandJson.Default.InfoReport);
            }
            else
            {
                Print(context, report);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static InfoReport Describe(RepositoryReport report) => new()
    {
        Name = report.Settings.Name,
        Revision = report.Manifest.Revision,
        Published = Time(DateTimeOffset.FromUnixTimeSeconds(report.Manifest.Timestamp).UtcDateTime),
        RootCatalog = report.Manifest.RootCatalog.ToString(),
        Storage = report.Settings.Storage,
        Hash = report.Manifest.HashAlgorithm.ToString().ToLowerInvariant(),
        Compression = report.Settings.Encoding switch
        {
            ObjectEncoding.None => "none",
            ObjectEncoding.ZlibFast => "zlib-fast",
            _ => "zlib",
        },
        Ttl = (int)report.Manifest.Ttl.TotalSeconds,
        Volatile = report.IsVolatile,
        GarbageCollectable = report.Manifest.IsGarbageCollectable,
        WhitelistExpires = report.WhitelistExpires is { } expires ? Time(expires) : null,
        Tags = report.Tags,
        Catalogs = report.Counts.NestedCatalogs + 1,
        Entries = report.Counts.Entries,
        RegularFiles = report.Counts.RegularFiles,
        Directories = report.Counts.Directories,
        SymbolicLinks = report.Counts.SymbolicLinks,
        SpecialFiles = report.Counts.SpecialFiles,
        FileSize = report.Counts.FileSize,
    };

    private static void Print(CommandContext context, InfoReport report)
    {
        Line("name", report.Name);
        Line("revision", Number((long)report.Revision));
        Line("published", report.Published);
        Line("root catalog", report.RootCatalog);
        Line("storage", report.Storage);
        Line("hash", report.Hash);
        Line("compression", report.Compression);
        Line("ttl", $"{report.Ttl} s");
        Line("volatile", report.Volatile ? "yes" : "no");
        Line("garbage-collectable", report.GarbageCollectable ? "yes" : "no");
        Line("whitelist expires", report.WhitelistExpires ?? "cannot be read; run 'strato resign'");
        Line("tags", Number(report.Tags));
        Line("catalogs", Number(report.Catalogs));
        Line("entries", Number(report.Entries));
        Line("regular files", $"{Number(report.RegularFiles)} with {Number(report.FileSize)} bytes");
        Line("directories", Number(report.Directories));
        Line("symbolic links", Number(report.SymbolicLinks));
        Line("special files", Number(report.SpecialFiles));

        void Line(string label, string value) => context.Output.WriteLine($"{label + ":",-21}{value}");
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(DateTime time) => time.ToString(TimeFormat, CultureInfo.InvariantCulture);
}
