using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>Waits until something happens on a descriptor.</summary>
public static unsafe class Polling
{
    /// <summary>
    /// Waits until <paramref name="events"/>, an error or a hang-up happen, or until the time is over (then <paramref name="happened"/> is
    /// none); negative milliseconds wait for ever. EINTR comes back to the caller, whose deadline it is.
    /// </summary>
    public static Errno Wait(FileDescriptor file, PollEvents events, int milliseconds, out PollEvents happened)
    {
        using DescriptorLease lease = new(file);
        PollDescriptor descriptor = new() { Descriptor = lease.Value, Events = (short)events };
        Errno errno = LibC.Check(LibCProcess.Poll(&descriptor, 1, milliseconds));
        happened = errno == Errno.None ? (PollEvents)descriptor.ReturnedEvents : PollEvents.None;
        return errno;
    }

    /// <summary>
    /// The same for several descriptors at once, whose <see cref="PollEntry.Happened"/> are set. The caller keeps them open meanwhile; entries
    /// without one (-1) are passed over.
    /// </summary>
    public static Errno Wait(Span<PollEntry> entries, int milliseconds)
    {
        fixed (PollEntry* native = entries)
        {
            return LibC.Check(LibCProcess.Poll((PollDescriptor*)native, (nuint)entries.Length, milliseconds));
        }
    }
}
