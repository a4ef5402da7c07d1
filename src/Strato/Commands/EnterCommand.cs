using System.CommandLine;
using Strato.Arguments;
using Strato.Core;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Publishing.Transactions;
using Strato.Transactions;

namespace Strato.Commands;

/// <summary><c>strato enter</c>: a shell in a writable view that is thrown away.</summary>
internal static class EnterCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> name = RepositoryArgument.Create();
        Argument<string[]> program = new("COMMAND") { Description = "What to run there, after -- [default: $SHELL, or /bin/sh]", Arity = ArgumentArity.ZeroOrMore };
        Option<string?> at = new Option<string?>("--at") { Description = "The directory, which exists, on which the program sees the view, as in /cvmfs/FQRN", HelpName = "DIR" }.NotEmpty();
        Command command = new("enter", "Run a shell, or a command, in a writable view of a repository that is thrown away afterwards.") { name, program, at };
        globals.Handle(command, context =>
        {
            string repository = context.Arguments.GetRequiredValue(name);
            if (!context.IsRoot)
            {
                throw new StratoException($"cannot enter {repository}: only root can mount the view; run it as root");
            }

            RepositoryHome home = new(context.Home);
            OperationContext operation = new() { Home = home, Clock = context.Clock, Cancellation = context.Cancellation };
            using ThrowawayView view = ThrowawayView.Make(repository, context.Arguments.GetValue(at), operation);
            string[] given = context.Arguments.GetValue(program) ?? [];
            return ThrowawayShell.Run(view, given.Length > 0 ? given : [Shell(context)], home, context.Error, context.Cancellation);
        });
        return command;
    }

    private static string Shell(CommandContext context) => context.Environment("SHELL") is { Length: > 0 } shell ? shell : "/bin/sh";
}
