using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Strato.Posix;
using Strato.Testing.Fuse;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>A service manager keeps the descriptors (systemd's fd store) in place of a holder. The test plays the manager.</summary>
public sealed class ServiceManagerTests : OutlivingTest
{
    private readonly Dictionary<string, FileDescriptor> store = new(StringComparer.Ordinal);
    private readonly List<string> messages = [];

    [Fact]
    public async Task A_service_that_is_killed_goes_on_with_what_its_manager_kept()
    {
        using MountGuard guard = new(TimeSpan.FromMinutes(2));
        MountProcesses processes = new(Site.Options.Home, guard.Directory);
        string address = Path.Combine(Site.Scratch, "notify");
        using Socket manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(address));

        using ChildProcess first = Start(guard.Directory, address);
        await HearAsync(manager, "READY=1");
        Assert.Null(processes.Holder);
        Assert.Superset(new HashSet<string>(["strato-1", "strato-16", "strato-17", "strato-18"], StringComparer.Ordinal), store.Keys.ToHashSet(StringComparer.Ordinal));
        using Readers readers = new(Site, guard.Directory, "preads", "mapped", "listing");
        await HearAsync(manager, "WATCHDOG=1");

        first.Send(Signal.Kill);
        await first.WaitAsync(Cancellation);
        SpawnedProgram second = Restart(guard.Directory, address);
        try
        {
            await HearAsync(manager, "READY=1");
            await AssertSameAsync(Compare(guard.Directory, "data/many/000", "data/chunked.bin"));
            await readers.FinishAsync(Cancellation);

            // The manager gives its copies up only when it is told that the mount is over.
            PosixProcess.Kill(second.Id, Signal.Terminate);
            await HearAsync(manager, "STOPPING=1");
            Assert.Empty(store);
            Assert.Equal(Errno.None, second.WaitForExit(out int code));
            Assert.Equal(0, code);
            Assert.Empty(guard.Mounts);
        }
        finally
        {
            PosixProcess.Kill(second.Id, Signal.Kill);
            second.WaitForExit(out _);
            foreach (FileDescriptor kept in store.Values)
            {
                kept.Dispose();
            }
        }
    }

    private ChildProcess Start(string directory, string address)
    {
        ProcessStartInfo start = ChildProcess.Strato(Arguments(directory));
        start.Environment["NOTIFY_SOCKET"] = address;
        start.Environment["WATCHDOG_USEC"] = "2000000";
        return ChildProcess.Start(start);
    }

    /// <summary>Starts the service again with the store's descriptors from 3 on, as sd_listen_fds(3) says; LISTEN_PID has to be its own.</summary>
    private SpawnedProgram Restart(string directory, string address)
    {
        KeyValuePair<string, FileDescriptor>[] kept = [.. store];
        Dictionary<string, string> environment = new(StringComparer.Ordinal)
        {
            ["NOTIFY_SOCKET"] = address,
            ["LISTEN_FDS"] = kept.Length.ToString(CultureInfo.InvariantCulture),
            ["LISTEN_FDNAMES"] = string.Join(':', kept.Select(pair => pair.Key)),
        };
        IEnumerable<string> words = ["-c", "LISTEN_PID=$$ exec \"$@\"", "sh", StratoProgram.Location, .. Arguments(directory)];
        const int standardError = 2;
        const uint ownerOnly = 0x180; // 0600
        byte[] log = Encoding.UTF8.GetBytes(Path.Combine(Site.Scratch, "service.log"));
        PosixFile.Open(null, log, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append, out FileDescriptor? error, ownerOnly).ThrowIfFailed("open", log);
        using (error)
        {
            SpawnedProgram.Start(
                "sh",
                words.Select(Encoding.UTF8.GetBytes),
                environment,
                [(error!, standardError), .. kept.Select((pair, index) => (pair.Value, 3 + index))],
                out SpawnedProgram? program)
                .ThrowIfFailed("start the service again");
            return program!;
        }
    }

    private IEnumerable<string> Arguments(string directory) =>
        ["mount", Site.Options.Repository!, directory, "--foreground", "--home", Site.Options.Home, .. Site.Options.Arguments];

    /// <summary>Acts on messages until one says this.</summary>
    private async Task HearAsync(Socket manager, string expected)
    {
        using FileDescriptor socket = new((int)manager.Handle, ownsHandle: false);
        long started = Environment.TickCount64;
        byte[] buffer = new byte[4096];
        string message = "";
        while (message != expected)
        {
            Assert.True(Environment.TickCount64 - started < 60_000, string.Join(' ', messages));
            if (Polling.Wait(socket, PollEvents.Readable, 0, out PollEvents happened) != Errno.None || happened == PollEvents.None)
            {
                await Task.Delay(10, Cancellation);
                continue;
            }

            DescriptorSocket.Receive(socket, buffer, out int count, out FileDescriptor? descriptor).ThrowIfFailed("hear the service");
            message = Encoding.UTF8.GetString(buffer, 0, count);
            messages.Add(message);
            Act(message, descriptor);
        }
    }

    private void Act(string message, FileDescriptor? descriptor)
    {
        string name = message.Split('\n').LastOrDefault(line => line.StartsWith("FDNAME=", StringComparison.Ordinal))?["FDNAME=".Length..] ?? "";
        if (message.StartsWith("FDSTORE=1", StringComparison.Ordinal))
        {
            Assert.NotNull(descriptor);
            if (!store.TryAdd(name, descriptor))
            {
                descriptor.Dispose();
            }
        }
        else if (message.StartsWith("FDSTOREREMOVE=1", StringComparison.Ordinal) && store.Remove(name, out FileDescriptor? removed))
        {
            removed.Dispose();
        }
    }
}
