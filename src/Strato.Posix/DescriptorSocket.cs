using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>Passes open descriptors between processes over UNIX sockets (SCM_RIGHTS), for which the base library has no call.</summary>
public static unsafe class DescriptorSocket
{
    private const int SocketLevel = 1;
    private const int Rights = 1;

    // CMSG_SPACE(sizeof(int)): the header's 16 bytes and a descriptor rounded up to 8.
    private const int ControlSpace = 24;
    private const int ControlLength = 20;
    private const int DescriptorOffset = 16;

    /// <summary>A connected pair of sockets, both close-on-exec: a stream, or one that keeps messages apart (SOCK_SEQPACKET).</summary>
    public static Errno CreatePair(out FileDescriptor? first, out FileDescriptor? second, bool keepsMessages = false)
    {
        const int Unix = 1;
        const int Stream = 1;
        const int SequencedPackets = 5;
        const int CloseOnExec = 0x8_0000;
        first = second = null;
        int* pair = stackalloc int[2];
        Errno errno = LibC.Check(LibCProcess.SocketPair(Unix, (keepsMessages ? SequencedPackets : Stream) | CloseOnExec, 0, pair));
        if (errno == Errno.None)
        {
            first = new FileDescriptor(pair[0]);
            second = new FileDescriptor(pair[1]);
        }

        return errno;
    }

    /// <summary>
    /// Sends bytes, at least one, together with one descriptor, which stays open here too, or with none. EPIPE where the other side has closed;
    /// no signal comes of it.
    /// </summary>
    public static Errno Send(FileDescriptor socket, ReadOnlySpan<byte> bytes, FileDescriptor? descriptor)
    {
        const int NoSignal = 0x4000;
        ArgumentOutOfRangeException.ThrowIfZero(bytes.Length);
        using DescriptorLease connection = new(socket);
        using DescriptorLease passed = new(descriptor);
        byte* control = stackalloc byte[ControlSpace];
        new Span<byte>(control, ControlSpace).Clear();
        *(ControlHeader*)control = new ControlHeader { Length = ControlLength, Level = SocketLevel, Type = Rights };
        *(int*)(control + DescriptorOffset) = passed.Value;
        fixed (byte* payload = bytes)
        {
            IoVector vector = new() { Base = payload, Length = (nuint)bytes.Length };
            MessageHeader message = new() { Vectors = &vector, VectorCount = 1 };
            if (descriptor is not null)
            {
                message.Control = control;
                message.ControlLength = ControlSpace;
            }

            Errno errno;
            do
            {
                errno = LibC.Check(LibCProcess.SendMsg(connection.Value, &message, NoSignal));
            }
            while (errno == Errno.EINTR);
            return errno;
        }
    }

    /// <summary>
    /// Receives bytes and the descriptor that came with them, if one did. Zero bytes mean that the other side has closed. EMSGSIZE where more
    /// descriptors came than one; none is kept open then.
    /// </summary>
    public static Errno Receive(FileDescriptor socket, Span<byte> bytes, out int count, out FileDescriptor? descriptor)
    {
        const int CloseOnExec = 0x4000_0000;
        const int ControlTruncated = 8;
        descriptor = null;
        using DescriptorLease connection = new(socket);
        byte* control = stackalloc byte[ControlSpace];
        new Span<byte>(control, ControlSpace).Clear();
        fixed (byte* payload = bytes)
        {
            IoVector vector = new() { Base = payload, Length = (nuint)bytes.Length };
            MessageHeader message;
            Errno errno;
            do
            {
                message = new MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlSpace };
                count = (int)LibCProcess.RecvMsg(connection.Value, &message, CloseOnExec);
                errno = LibC.Check(count);
            }
            while (errno == Errno.EINTR);
            if (errno != Errno.None)
            {
                return errno;
            }

            ControlHeader* header = (ControlHeader*)control;
            bool carries = message.ControlLength >= ControlLength && header->Level == SocketLevel && header->Type == Rights;
            int received = carries ? *(int*)(control + DescriptorOffset) : -1;

            // The rounding up to 8 leaves room for a second descriptor, which the kernel fills where the sender passed two.
            if (carries && header->Length > ControlLength)
            {
                new FileDescriptor(*(int*)(control + ControlLength)).Dispose();
                new FileDescriptor(received).Dispose();
                return Errno.EMSGSIZE;
            }

            if ((message.Flags & ControlTruncated) != 0)
            {
                new FileDescriptor(received).Dispose();
                return Errno.EMSGSIZE;
            }

            descriptor = carries ? new FileDescriptor(received) : null;
            return Errno.None;
        }
    }
}
