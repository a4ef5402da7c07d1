using System.CommandLine;
using Strato.Quickstart;

namespace Strato.Commands;

/// <summary><c>strato quickstart</c>: the whole way, with software that is on this machine.</summary>
internal static class QuickstartCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Option<bool> exit = new("--exit") { Description = "Stop once everything is verified" };
        Command command = new("quickstart", "Publish a software tree of this machine, serve it, mount it and run a program from the mount; stay up until Ctrl-C.") { exit };
        globals.Handle(command, context => RunAsync(context, context.Arguments.GetValue(exit)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, bool exits)
    {
        if (!context.Json)
        {
            context.Output.WriteLine(QuickstartTable.Header);
            context.Output.Flush();
        }

        await using QuickstartRun run = new(context);
        QuickstartReport report = await run.RunAsync();
        if (context.Json)
        {
            context.WriteJson(report, QuickstartJson.Default.QuickstartReport);
        }
        else
        {
            context.Output.WriteLine();
            context.Output.WriteLine(exits ? "It works." : $"It works. Look around in {report.Mount}; Ctrl-C ends it and leaves nothing behind.");
        }

        context.Output.Flush();
        if (!exits)
        {
            await Task.Delay(Timeout.Infinite, context.Cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return ExitCode.Done;
    }
}
