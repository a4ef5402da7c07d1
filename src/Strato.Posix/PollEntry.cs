using System.Runtime.InteropServices;

namespace Strato.Posix;

/// <summary>One of several descriptors to wait for: struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PollEntry
{
    private readonly int descriptor;
    private readonly short events;
    private readonly short happened;

    /// <summary>Waits for <paramref name="events"/>, and always for errors and hang-ups.</summary>
    /// <param name="file">The descriptor; null for an entry that is passed over.</param>
    /// <param name="events">What to wait for.</param>
    public PollEntry(FileDescriptor? file, PollEvents events)
    {
        descriptor = file?.Value ?? -1;
        this.events = (short)events;
        happened = 0;
    }

    /// <summary>What happened.</summary>
    public readonly PollEvents Happened => (PollEvents)happened;
}
