using System.CommandLine;
using System.Text.Json;
using Strato.Client.Mounting;
using Strato.Core;
using Strato.Hosting.Control;
using Strato.Mounting;

namespace Strato.Commands;

/// <summary><c>strato talk</c>: asks a mount's daemon.</summary>
internal static class TalkCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Argument<string> mount = new("DIR|FQRN") { Description = "The mount's directory, or its repository" };
        Argument<string[]> words = new("COMMAND")
        {
            Description = "Such as status, servers, remount [FQRN], cache list, open files, log level debug; docs/mount.md has all, and so has the answer to a wrong one",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> acceptOlder = new("--accept-older") { Description = "With remount: take a revision that is older than one already seen" };
        Option<string[]> settings = new("--set") { Description = "With attach: a CVMFS_* parameter for this attachment alone", HelpName = "NAME=VALUE" };
        Option<string?> credential = new("--credential") { Description = "With attach: a file with the bearer token that the servers are sent", HelpName = "FILE" };
        Command command = new("talk", "Ask a mount's daemon, or have it do something.") { mount, words, acceptOlder, settings, credential };
        PinOptions pins = new(command);
        globals.Handle(command, context =>
        {
            IEnumerable<string> parameters = (context.Arguments.GetValue(settings) ?? []).Concat(pins.Read(context.Arguments).Select(pin => $"{pin.Name}={pin.Value}"));
            string[] tokens = context.Arguments.GetValue(credential) is { } file ? [$"STRATO_TOKEN_FILE={Path.GetFullPath(file)}"] : [];
            string[] flags = context.Arguments.GetValue(acceptOlder) ? ["--accept-older"] : [];
            return RunAsync(context, context.Arguments.GetRequiredValue(mount), [.. context.Arguments.GetRequiredValue(words), .. parameters, .. tokens, .. flags]);
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string mount, string[] words)
    {
        MountRegistry registry = new(context.Home);
        MountRecord record = registry.Find(mount);
        if (words is [DaemonReload.Word])
        {
            context.Output.WriteLine(await DaemonReload.RunAsync(registry, record, context.Clock, context.Cancellation));
            return ExitCode.Done;
        }

        ControlReply reply = await ControlClient.AskAsync(record.Socket, new ControlRequest(words[0], words[1..]), context.Cancellation);
        if (reply.Error is not null)
        {
            throw new StratoException(reply.Error);
        }

        if (context.Json)
        {
            context.WriteJson(reply.Data ?? JsonSerializer.SerializeToElement(new TalkReport(reply.Text ?? ""), CommandJson.Default.TalkReport), CommandJson.Default.JsonElement);
        }
        else
        {
            context.Output.WriteLine(reply.Text);
        }

        return ExitCode.Done;
    }
}
