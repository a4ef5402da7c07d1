using System.Net.Sockets;
using Strato.Posix;

namespace Strato.Fuse.Handover;

/// <summary>
/// A service manager that keeps a daemon's descriptors (systemd's fd store) and starts the daemon again: nothing else is needed for the mount to outlive it.
/// A thread tells it that the daemon lives, as long as it does not hang, where the manager asks for that.
/// </summary>
public sealed class ServiceManagerLink : IDescriptorKeeper
{
    private readonly Socket manager = ServiceManager.Connect();
    private readonly Lock gate = new();
    private readonly List<(uint Tag, FileDescriptor Descriptor)> descriptors = [];
    private readonly ManualResetEventSlim ending = new();
    private FileDescriptor? device;
    private FuseConnection? connection;

    /// <summary>Whether this process is a service whose manager keeps descriptors.</summary>
    public static bool IsThere => ServiceManager.KeepsDescriptors;

    /// <inheritdoc/>
    public void Keep(uint tag, FileDescriptor descriptor)
    {
        lock (gate)
        {
            descriptors.Add((tag, descriptor));
            device = tag == HandoverTag.Device ? descriptor : device;
        }
    }

    /// <inheritdoc/>
    public void Commit()
    {
        lock (gate)
        {
            foreach ((uint tag, FileDescriptor descriptor) in descriptors)
            {
                // The manager passes over those that it has already.
                ServiceManager.Send(manager, $"FDSTORE=1\nFDNAME={ServiceManager.NameOf(tag)}", descriptor).ThrowIfFailed("hand the mount to the service manager");
            }

            ServiceManager.Send(manager, "READY=1").ThrowIfFailed("tell the service manager that the mount is ready");
        }

        if (ServiceManager.WatchdogInterval is { } interval)
        {
            new Thread(() => Watch(interval / 2)) { IsBackground = true, Name = "service watchdog" }.Start();
        }
    }

    /// <inheritdoc/>
    public void Serving(FuseConnection connection)
    {
        lock (gate)
        {
            this.connection = connection;
        }
    }

    /// <summary>The manager starts the program that its unit names; which one that is, is not this process's to say.</summary>
    public void Depart(string program)
    {
    }

    /// <inheritdoc/>
    public void Leave()
    {
        lock (gate)
        {
            ending.Set();
            foreach ((uint tag, _) in descriptors)
            {
                // Where the manager has gone there is nothing to remove either.
                _ = ServiceManager.Send(manager, $"FDSTOREREMOVE=1\nFDNAME={ServiceManager.NameOf(tag)}");
            }

            _ = ServiceManager.Send(manager, "STOPPING=1");
        }
    }

    public void Dispose()
    {
        ending.Set();
        lock (gate)
        {
            manager.Dispose();
            connection = null;
        }
    }

    private void Watch(TimeSpan interval)
    {
        HangDetector hang = default;
        while (!ending.Wait(interval))
        {
            lock (gate)
            {
                if (connection is null || device is null)
                {
                    return;
                }

                Span<PollEntry> entry = [new PollEntry(device, PollEvents.Readable)];
                bool isWaiting = Polling.Wait(entry, 0) == Errno.None && entry[0].Happened.HasFlag(PollEvents.Readable);
                bool isHung = hang.Look(Environment.TickCount64, isWaiting, connection.RequestsRead, (long)interval.TotalMilliseconds);
                if (!isHung && !connection.IsStuck(interval))
                {
                    _ = ServiceManager.Send(manager, "WATCHDOG=1");
                }
            }
        }
    }
}
