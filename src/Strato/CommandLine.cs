using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Strato.Arguments;
using Strato.Commands;
using Strato.Core;

namespace Strato;

/// <summary>
/// The command line: which commands there are, and what becomes of their failures. A person sees one line, never a stack
/// trace, unless STRATO_DEBUG is set.
/// </summary>
internal static class CommandLine
{
    // How long after the first signal another one is still taken for the same request to stop.
    private static readonly TimeSpan SameRequest = TimeSpan.FromSeconds(1);

    // In the order of a file's way, for the help. A command is built only when it is called or help is wanted: building all of them costs every start.
    private static readonly CommandEntry[] Commands =
    [
        new("mkfs", MkfsCommand.Create),
        new("import", ImportCommand.Create),
        new("transaction", TransactionCommand.Create),
        new("publish", PublishCommand.Create),
        new("abort", AbortCommand.Create),
        new("enter", EnterCommand.Create),
        new("ingest", IngestCommand.Create),
        new("tag", TagCommand.Create),
        new("checkout", CheckoutCommand.Create),
        new("rollback", RollbackCommand.Create),
        new("diff", DiffCommand.Create),
        new("info", InfoCommand.Create),
        new("stats", StatsCommand.Create),
        new("audit", AuditCommand.Create),
        new("gc", GcCommand.Create),
        new("check", CheckCommand.Create),
        new("resign", ResignCommand.Create),
        new("sign-whitelist", SignWhitelistCommand.Create),
        new("keys", KeysCommand.Create),
        new("add-replica", AddReplicaCommand.Create),
        new("snapshot", SnapshotCommand.Create),
        new("replicate", ReplicateCommand.Create),
        new("backup", BackupCommand.Create),
        new("restore", RestoreCommand.Create),
        new("serve", ServeCommand.Create),
        new("mount", MountCommand.Create),
        new("umount", UmountCommand.Create),
        new("talk", TalkCommand.Create),
        new(HoldCommand.Name, HoldCommand.Create),
        new("csi", CsiCommand.Create),
        new("docker-plugin", DockerPluginCommand.Create),
        new("doctor", DoctorCommand.Create),
        new("quickstart", QuickstartCommand.Create),
    ];

    /// <summary>Runs one command line and returns the exit code of <see cref="ExitCode"/>.</summary>
    public static Task<int> RunAsync(string[] args, CommandHost host) => RunAsync(args, host, Commands);

    /// <summary>The same, with a table of commands of the caller's.</summary>
    internal static async Task<int> RunAsync(string[] args, CommandHost host, CommandEntry[] commands)
    {
        using CancellationTokenSource interrupted = new();
        Func<bool> isImpatient = Impatience(host.Clock);
        using PosixSignalRegistration interrupt = CancelOn(PosixSignal.SIGINT, interrupted, isImpatient);
        using PosixSignalRegistration terminate = CancelOn(PosixSignal.SIGTERM, interrupted, isImpatient);
        using PosixSignalRegistration hangUp = CancelOn(PosixSignal.SIGHUP, interrupted, isImpatient);
        ParseResult parsed = Root(args, host, commands).Parse(args);
        string name = CommandName(parsed);
        if (parsed.Errors.Count > 0)
        {
            host.Error.WriteLine($"{name}: {UsageError(parsed)} (see '{name} --help')");
            return ExitCode.Usage;
        }

        try
        {
            InvocationConfiguration invocation = new()
            {
                Output = host.Output,
                Error = host.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            int code = await parsed.InvokeAsync(invocation, interrupted.Token);
            host.Output.Flush();
            return code;
        }
        catch (UsageException wrong)
        {
            host.Error.WriteLine($"{name}: {OneLine(wrong.Message)} (see '{name} --help')");
            return ExitCode.Usage;
        }
        catch (Exception failure)
        {
            host.Output.Flush();
            host.Error.WriteLine($"{name}: {Explain(failure, interrupted.IsCancellationRequested)}");
            if (host.Environment("STRATO_DEBUG") is { Length: > 0 })
            {
                host.Error.WriteLine(failure);
            }

            return ExitCode.Failed;
        }
    }

    private static RootCommand Root(string[] args, CommandHost host, CommandEntry[] commands)
    {
        GlobalOptions globals = new(host);
        RootCommand root = new("Publishes, serves and mounts CernVM-FS repositories.")
        {
            globals.Home,
            globals.Json,
        };
        bool one = commands.Any(command => args.Contains(command.Name, StringComparer.Ordinal));
        foreach ((string name, Func<GlobalOptions, Command> create) in commands)
        {
            if (!one || args.Contains(name, StringComparer.Ordinal))
            {
                root.Add(create(globals));
            }
        }

        return root;
    }

    private static string CommandName(ParseResult parsed) =>
        string.Join(' ', parsed.CommandResult.Command.Parents.OfType<Command>().Reverse().Append(parsed.CommandResult.Command)
            .Select(command => command is RootCommand ? "strato" : command.Name));

    private static string UsageError(ParseResult parsed) => parsed switch
    {
        { UnmatchedTokens: [string token, ..] } => $"there is no command or option '{token}'",
        { CommandResult.Command: RootCommand } => "which command?",
        { Errors: [{ SymbolResult: ArgumentResult { Tokens: [], Argument: var missing } }, ..] } when IsCommands(parsed, missing) => $"{missing.Name} is missing",
        _ => OneLine(string.Join("; ", parsed.Errors.Select(error => error.Message))),
    };

    private static bool IsCommands(ParseResult parsed, Argument argument) => parsed.CommandResult.Command.Arguments.Contains(argument);

    private static string Explain(Exception failure, bool wasInterrupted) => failure switch
    {
        StratoException => OneLine(failure.Message),
        OperationCanceledException when wasInterrupted => "interrupted",
        IOException or UnauthorizedAccessException => OneLine(failure.Message),
        _ => $"unexpected {failure.GetType().Name}: {OneLine(failure.Message)} (this is a bug; STRATO_DEBUG=1 shows the details)",
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    private static PosixSignalRegistration CancelOn(PosixSignal signal, CancellationTokenSource interrupted, Func<bool> isImpatient) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            // The first signal asks the command to stop and clean up; a later one has its usual effect.
            context.Cancel = !isImpatient();
            interrupted.Cancel();
        });

    // One request to stop may arrive twice at once, from a group's signal and from make, say. Only a second one ends the process.
    private static Func<bool> Impatience(TimeProvider clock)
    {
        long first = 0;
        return () =>
        {
            long now = clock.GetTimestamp();
            long before = Interlocked.CompareExchange(ref first, now, 0);
            return before != 0 && clock.GetElapsedTime(before, now) > SameRequest;
        };
    }
}
