using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Strato.Posix;

namespace Strato.Fuse.Handover;

/// <summary>
/// The service manager's side of a daemon, as sd_notify(3) and sd_listen_fds(3) have it: messages to the socket in NOTIFY_SOCKET, and descriptors that were kept for
/// this process.
/// </summary>
internal static class ServiceManager
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string StoreVariable = "FDSTORE";
    private const string NamePrefix = "strato-";
    private const int FirstDescriptor = 3;

    /// <summary>Whether this process is a service whose manager hears from it, and keeps descriptors unless it says that it does not.</summary>
    public static bool KeepsDescriptors =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(SocketVariable)) && Environment.GetEnvironmentVariable(StoreVariable) is not "0";

    /// <summary>The time within which the manager wants to hear that the service lives; null where it does not ask.</summary>
    public static TimeSpan? WatchdogInterval =>
        IsMeant(Environment.GetEnvironmentVariable("WATCHDOG_PID"))
        && long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    /// <summary>The name that a kept descriptor has for the manager.</summary>
    public static string NameOf(uint tag) => string.Create(CultureInfo.InvariantCulture, $"{NamePrefix}{tag}");

    /// <summary>Takes what the manager has kept under names of ours; others' descriptors are left alone.</summary>
    public static KeptDescriptors TakeKept()
    {
        KeptDescriptors kept = new();
        string? owner = Environment.GetEnvironmentVariable("LISTEN_PID");
        string? count = Environment.GetEnvironmentVariable("LISTEN_FDS");
        string[] names = (Environment.GetEnvironmentVariable("LISTEN_FDNAMES") ?? "").Split(':');

        // Programs that this one starts are not meant.
        foreach (string variable in (ReadOnlySpan<string>)["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"])
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        if (string.IsNullOrEmpty(owner) || !IsMeant(owner) || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int passed))
        {
            return kept;
        }

        for (int index = 0; index < Math.Min(passed, names.Length); index++)
        {
            FileDescriptor file = new(FirstDescriptor + index, ownsHandle: false);
            PosixFile.SetCloseOnExecute(file).ThrowIfFailed("take a descriptor from the service manager");
            if (names[index].StartsWith(NamePrefix, StringComparison.Ordinal)
                && uint.TryParse(names[index].AsSpan(NamePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out uint tag))
            {
                kept.Put(tag, new FileDescriptor(FirstDescriptor + index));
            }
        }

        return kept;
    }

    /// <summary>Connects to the manager. Throws <see cref="PosixException"/> where it cannot be reached.</summary>
    public static Socket Connect()
    {
        string address = Environment.GetEnvironmentVariable(SocketVariable)!;
        Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address));
            return socket;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new PosixException(Errno.ENOTCONN, $"cannot reach the service manager at {address}: {error.Message}");
        }
    }

    /// <summary>Sends a message, with a descriptor or without.</summary>
    public static Errno Send(Socket manager, string message, FileDescriptor? descriptor = null)
    {
        using FileDescriptor socket = new((int)manager.Handle, ownsHandle: false);
        return DescriptorSocket.Send(socket, Encoding.UTF8.GetBytes(message), descriptor);
    }

    private static bool IsMeant(string? process) =>
        string.IsNullOrEmpty(process) || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
}
