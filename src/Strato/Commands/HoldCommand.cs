using System.CommandLine;
using System.Globalization;
using Strato.Fuse.Handover;
using Strato.Posix;

namespace Strato.Commands;

/// <summary><c>strato hold</c>: the process that keeps a mount while its daemon is dead. Daemons start it; nobody else needs to.</summary>
internal static class HoldCommand
{
    public const string Name = "hold";

    private const string ChannelOption = "--channel";

    /// <summary>Its whole command line.</summary>
    public static IReadOnlyList<string> Line { get; } = [Name, ChannelOption, Holder.ChannelNumber.ToString(CultureInfo.InvariantCulture)];

    public static Command Create(GlobalOptions globals)
    {
        Option<int> channel = new(ChannelOption) { Description = "The socket to the daemon", HelpName = "NUMBER", Required = true };
        Command command = new(Name, "Keep a mount while its daemon is dead, and start the daemon again. Daemons start this by themselves.") { channel };
        globals.Handle(command, _ => Task.FromResult(Run()));
        return command;
    }

    /// <summary>
    /// Holds. Program calls this before anything else is loaded: this process lives as long as the mount and should be as small as it can be.
    /// </summary>
    public static int Run()
    {
        FileDescriptor channel = new(Holder.ChannelNumber);
        if (PosixFile.SetCloseOnExecute(channel) != Errno.None)
        {
            Console.Error.WriteLine("strato hold: there is no daemon at the other end; 'strato mount' starts this by itself");
            return ExitCode.Failed;
        }

        Holder.PrepareProcess();
        using Holder holder = new(channel, Build);
        holder.Run();
        return ExitCode.Done;
    }

    /// <summary>The build that a process is of: a holder and a daemon of different ones replace each other.</summary>
    public static string Build => $"{ProgramVersion.Text} {Environment.ProcessPath}";
}
