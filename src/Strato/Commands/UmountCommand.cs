using System.CommandLine;
using System.Text;
using Strato.Client.Mounting;
using Strato.Core;
using Strato.Fuse.Mounting;

namespace Strato.Commands;

/// <summary><c>strato umount</c>: takes a mount away and waits until its processes have gone.</summary>
internal static class UmountCommand
{
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
        MountRegistry registry = new(context.Home);
        Func<TimeSpan, CancellationToken, Task<bool>>? waitForEnd = registry.FindLife(directory);
        FuseMount.Unmount(Encoding.UTF8.GetBytes(directory), detach: false);

        // The daemon has its files to close, and then its holder ends; who unmounts wants to use the directory or the cache next.
        if (waitForEnd is not null && !await waitForEnd(LongestWait, context.Cancellation))
        {
            throw new StratoException(
                $"{directory} is unmounted, but its processes have not ended within {LongestWait.TotalSeconds:F0} s: somebody may still use what was mounted");
        }

        return ExitCode.Done;
    }
}
