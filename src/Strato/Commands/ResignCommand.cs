using System.CommandLine;
using System.Globalization;
using Strato.Arguments;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;

namespace Strato.Commands;

/// <summary><c>strato resign</c>: a whitelist that is valid for some more days.</summary>
internal static class ResignCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Option<int> days = new Option<int>("--days") { Description = "How long clients may trust it", HelpName = "N", DefaultValueFactory = _ => 30 }
            .Within("days", 1, WhitelistSigning.MaximumDays);
        Command command = new("resign", "Sign the whitelist anew with the master key.") { name, days };
        globals.Handle(command, context =>
        {
            string repository = context.Arguments.GetRequiredValue(name);
            OperationContext operation = new() { Home = new RepositoryHome(context.Home), Clock = context.Clock, Cancellation = context.Cancellation };
            string expires = WhitelistSigning.Run(repository, context.Arguments.GetRequiredValue(days), operation)
                .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            if (context.Json)
            {
                context.WriteJson(new ResignReport(repository, expires), CommandJson.Default.ResignReport);
            }
            else
            {
                context.Output.WriteLine($"the whitelist of {repository} is valid until {expires}");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
