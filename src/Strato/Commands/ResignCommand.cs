using System.CommandLine;
using System.Globalization;
using Strato.Arguments;
using Strato.Core.Signing;
using Strato.Publishing.Operations;

namespace Strato.Commands;

/// <summary><c>strato resign</c>: a whitelist that is valid for some more days, signed here or elsewhere, once or on a schedule.</summary>
internal static class ResignCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        name.Arity = ArgumentArity.ZeroOrOne;
        Option<bool> all = new("--all") { Description = "Every repository of the home" };
        Option<int> days = new Option<int>("--days") { Description = "How long clients may trust it", HelpName = "N", DefaultValueFactory = _ => 30 }
            .Within("days", 1, WhitelistSigning.MaximumDays);
        Option<string?> master = new Option<string?>("--masterkey") { Description = "The private master key, where it is not beside the other keys", HelpName = "FILE" }.NotEmpty();
        Option<int?> below = new Option<int?>("--if-below") { Description = "Only where the whitelist is valid for fewer days", HelpName = "DAYS" }.Within("days", 1, WhitelistSigning.MaximumDays);
        Option<int?> every = new Option<int?>("--every") { Description = "Stay, and look again after so many hours", HelpName = "HOURS" }.Within("hours", 1, 24 * 30);
        Option<string?> request = new Option<string?>("--request") { Description = "Write what is to be signed where the master key is ('strato sign-whitelist')", HelpName = "FILE" }.NotEmpty();
        Option<string?> install = new Option<string?>("--install") { Description = "Put a whitelist that was signed elsewhere in place, once it has proved good", HelpName = "FILE" }.NotEmpty();
        Command command = new("resign", "Sign the whitelist anew with the master key.") { name, all, days, master, below, every, request, install };
        globals.Handle(command, context =>
        {
            ParseResult arguments = context.Arguments;
            ResignSchedule schedule = new(
                arguments.GetValue(name), arguments.GetRequiredValue(days), arguments.GetValue(master), arguments.GetValue(below), arguments.GetValue(every));
            string? requested = arguments.GetValue(request);
            string? installed = arguments.GetValue(install);
            UsageException.Require(arguments.GetValue(all) == schedule.Repository is null, schedule.Repository is null ? "FQRN is missing; or give --all" : "give a repository or --all, not both");
            UsageException.Require(requested is null || installed is null, "--request and --install are the two ends of one exchange; give one");
            UsageException.Require(
                (requested ?? installed) is null || schedule is { Repository: not null, MasterKey: null, Below: null, Every: null },
                "--request and --install go with one repository alone");
            return requested is not null ? Task.FromResult(Request(context, schedule, requested))
                : installed is not null ? Task.FromResult(Install(context, schedule.Repository!, installed))
                : schedule.RunAsync(context);
        });
        return command;
    }

    private static int Request(CommandContext context, ResignSchedule schedule, string file)
    {
        WhitelistRequest request = WhitelistSigning.Request(schedule.Repository!, schedule.Days, context.Operation());
        CommandFile.Write(file, request.ToBytes());
        if (!context.Json)
        {
            foreach (SigningCertificate certificate in request.Certificates)
            {
                context.Output.WriteLine($"{Fingerprint.Format(certificate.FingerprintOf(request.Hash))} {certificate.Subject}");
            }

            context.Output.WriteLine($"sign it where the master key is: strato sign-whitelist {file} --masterkey FILE --out SIGNED");
        }

        return ExitCode.Done;
    }

    private static int Install(CommandContext context, string repository, string file)
    {
        Whitelist whitelist = WhitelistSigning.Install(repository, CommandFile.Read(file, Whitelist.MaxLength), context.Operation());
        string expires = whitelist.Expires.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (context.Json)
        {
            context.WriteJson(new ResignReport(repository, expires), CommandJson.Default.ResignReport);
        }
        else
        {
            context.Output.WriteLine($"the whitelist of {repository} is valid until {expires}");
        }

        return ExitCode.Done;
    }
}
