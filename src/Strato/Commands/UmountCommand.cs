using System.CommandLine;
using System.Text;
using Strato.Client.Mounting;
using Strato.Core;
using Strato.Fuse.Mounting;

namespace Strato.Commands;

/// <summary><c>strato umount</c>: takes a mount away and waits until its daemon has gone.</summary>
internal static class UmountCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    public static Command Create(GlobalOptions globals)
    {
        Argument<string> directory = new("DIR") { Description = "The directory that a repository is mounted on" };
        Command command = new("umount", "Unmount a repository.") { directory };
        globals.Handle(command, context => RunAsync(context, context.Arguments.GetRequiredValue(directory)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string directory)
    {
        MountRecord? record = new MountRegistry(context.Home).TryFindDirectory(directory);
        FuseMount.Unmount(Encoding.UTF8.GetBytes(directory), detach: false);
        if (record is null)
        {
            return ExitCode.Done;
        }

        // The daemon has its files to close; who unmounts wants to use the directory or the cache next.
        long started = context.Clock.GetTimestamp();
        while (record.IsAlive)
        {
            if (context.Clock.GetElapsedTime(started) > LongestWait)
            {
                throw new StratoException($"{directory} is unmounted, but its daemon (pid {record.Pid}) has not ended within {LongestWait.TotalSeconds:F0} s");
            }

            await Task.Delay(Interval, context.Cancellation);
        }

        return ExitCode.Done;
    }
}
