using System.CommandLine;
using Strato.Arguments;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Publishing.Transactions;
using Strato.Transactions;

namespace Strato.Commands;

/// <summary><c>strato abort</c>: drops a transaction.</summary>
internal static class AbortCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Command command = new("abort", "Drop the open transaction with all that was changed in it, whatever state it is in.") { name };
        globals.Handle(command, context =>
        {
            string repository = context.Arguments.GetRequiredValue(name);
            OperationContext operation = new()
            {
                Home = new RepositoryHome(context.Home),
                Clock = context.Clock,
                Cancellation = context.Cancellation,
                Warn = warning => context.Error.WriteLine($"warning: {warning}"),
            };
            bool dropped = TransactionAbort.Run(repository, operation, TransactionViews.Of(context));
            if (context.Json)
            {
                context.WriteJson(new AbortReport(repository, dropped), CommandJson.Default.AbortReport);
            }
            else
            {
                context.Output.WriteLine(dropped ? $"the transaction of {repository} is dropped" : $"{repository} had no transaction open");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
