using System.Globalization;
using Strato.Client.Mounting;
using Strato.Core;
using Strato.Hosting.Control;

namespace Strato.Mounting;

/// <summary><c>strato talk DIR reload</c>: has this program take over from a mount's daemon, and waits until it has.</summary>
internal static class DaemonReload
{
    public const string Word = "reload";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Reloads; answers a line for a person.</summary>
    /// <exception cref="StratoException">The daemon refuses, or this program does not come to serve; the mount stays in any case.</exception>
    public static async Task<string> RunAsync(MountRegistry registry, MountRecord before, TimeProvider clock, CancellationToken cancellation)
    {
        if (OwnProcess.Prefix.Count > 0)
        {
            throw new StratoException("cannot reload with 'dotnet strato.dll': use the strato executable beside it");
        }

        ControlRequest request = new(Word, [OwnProcess.Path, RepositoryMount.StateFormat]);
        ControlReply reply = await ControlClient.AskAsync(before.Socket, request, cancellation);
        if (reply.Error is not null)
        {
            throw new StratoException(reply.Error);
        }

        long started = clock.GetTimestamp();
        while (clock.GetElapsedTime(started) < LongestWait)
        {
            if (registry.TryFindDirectory(before.Directory) is { } now && now.Pid != before.Pid)
            {
                return IsOwnProgram(now.Pid)
                    ? string.Create(CultureInfo.InvariantCulture, $"pid {now.Pid} serves {now.Directory} in place of {before.Pid}")
                    : throw new StratoException($"{OwnProcess.Path} has not come to serve {before.Directory}, and the program before it goes on; see {now.LogFile}");
            }

            await Task.Delay(Interval, cancellation);
        }

        throw new StratoException(
            $"nobody has come to serve {before.Directory} within {LongestWait.TotalSeconds:F0} s; its holder goes on trying, and the log in {Path.GetDirectoryName(before.LogFile)} says more");
    }

    private static bool IsOwnProgram(int process)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{process}/exe", returnFinalTarget: false)?.FullName == File.ResolveLinkTarget("/proc/self/exe", returnFinalTarget: false)?.FullName;
        }
        catch (IOException)
        {
            // It has ended already; who comes next is the holder's to see to.
            return false;
        }
    }
}
