using System.Runtime.ExceptionServices;
using System.Text;
using Strato.Core;
using Strato.Posix;
using Strato.Publishing.Repositories;
using Strato.Publishing.Transactions;

namespace Strato.Transactions;

/// <summary>
/// Runs a program in a writable view that only it sees, in a mount namespace of its own: when its last process has gone, so have the view and the mount below it, whoever
/// was killed before.
/// </summary>
internal static class ThrowawayShell
{
    /// <summary>The number under which programs in the view have its lock open.</summary>
    private const int LockInProgram = 63;

    /// <summary>Runs the program to its end and returns its exit code.</summary>
    /// <param name="view">What to show.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="home">The home of the repository.</param>
    /// <param name="error">Takes what the mount's daemon says while it starts.</param>
    /// <param name="cancellation">Gives up waiting for the mount.</param>
    public static int Run(ThrowawayView view, IReadOnlyList<string> command, RepositoryHome home, TextWriter error, CancellationToken cancellation)
    {
        // The daemon belongs to the namespace outside: within, it would keep alive what it lives by.
        string lower = LowerMount.Make(view.Places, view.Record, home, error, cancellation);
        int exitCode = 0;
        ExceptionDispatchInfo? failure = null;
        using ManualResetEventSlim mounted = new();
        Thread inside = new(() =>
        {
            try
            {
                Show(view, lower);
                mounted.Set();
                exitCode = Work(view, command);
            }
            catch (Exception caught)
            {
                failure = ExceptionDispatchInfo.Capture(caught);
            }
            finally
            {
                mounted.Set();
            }
        })
        {
            Name = "throw-away view",
        };
        try
        {
            inside.Start();
            mounted.Wait(CancellationToken.None);
        }
        finally
        {
            LowerMount.Drop(view.Places);
        }

        inside.Join();
        failure?.Throw();
        return exitCode;
    }

    private static void Show(ThrowawayView view, string lower)
    {
        Errno errno = Mounts.LeaveNamespace();
        if (errno != Errno.None)
        {
            throw new StratoException($"cannot enter {view.Places.Name}: no mount namespace can be made: {errno.Describe()}");
        }

        OverlayView.Show(view.Places, view.Record, lower);
        byte[] way = Encoding.UTF8.GetBytes(lower);
        Mounts.Unmount(way, UnmountFlags.Detach | UnmountFlags.NoFollow).ThrowIfFailed("unmount", way);
    }

    private static int Work(ThrowawayView view, IReadOnlyList<string> command)
    {
        byte[] place = Encoding.UTF8.GetBytes(view.Record.View);
        try
        {
            // Ctrl-C is for the program.
            PosixProcess.Ignore(Signal.Interrupt);
            Errno errno = SpawnedProgram.Start(
                command[0],
                command.Skip(1).Select(Encoding.UTF8.GetBytes),
                new Dictionary<string, string>(StringComparer.Ordinal) { ["STRATO_ENTERED"] = view.Places.Name },
                [(view.Lock, LockInProgram), .. StandardStreams()],
                out SpawnedProgram? program,
                SpawnOptions.DefaultSignals,
                place);
            if (errno != Errno.None)
            {
                throw new StratoException($"cannot run {command[0]} in the view of {view.Places.Name}: {errno.Describe()}");
            }

            program!.WaitForExit(out int exitCode).ThrowIfFailed($"wait for {command[0]}");
            return exitCode;
        }
        finally
        {
            _ = Mounts.Unmount(place, UnmountFlags.Detach | UnmountFlags.NoFollow);
        }
    }

    private static IEnumerable<(FileDescriptor Descriptor, int Target)> StandardStreams() =>
        Enumerable.Range(0, 3).Select(number => (new FileDescriptor(number, ownsHandle: false), number));
}
