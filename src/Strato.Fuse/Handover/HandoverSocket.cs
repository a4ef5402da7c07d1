using System.Runtime.InteropServices;
using Strato.Posix;

namespace Strato.Fuse.Handover;

/// <summary>Messages over a socket that keeps them apart (SOCK_SEQPACKET).</summary>
internal static class HandoverSocket
{
    /// <summary>Sends a message; EPIPE where the other side has gone.</summary>
    public static Errno Send(
        FileDescriptor socket, HandoverMessageType type, uint tag = 0, uint number = 0, ReadOnlySpan<byte> text = default, FileDescriptor? descriptor = null)
    {
        HandoverMessage head = new()
        {
            Magic = HandoverMessage.ExpectedMagic,
            Version = HandoverMessage.CurrentVersion,
            Type = type,
            Tag = tag,
            Number = number,
        };
        text = text[..Math.Min(text.Length, HandoverMessage.MaxText)];
        Span<byte> bytes = stackalloc byte[HandoverMessage.Length + text.Length];
        MemoryMarshal.Write(bytes, head);
        text.CopyTo(bytes[HandoverMessage.Length..]);
        return DescriptorSocket.Send(socket, bytes, descriptor);
    }

    /// <summary>
    /// Waits for a message. EPIPE where the other side has gone, EPROTO where what comes is none; the descriptor, if one came, is the caller's.
    /// </summary>
    /// <param name="socket">The connection.</param>
    /// <param name="textBuffer">Takes the text; a longer one is cut.</param>
    /// <param name="head">The message's head.</param>
    /// <param name="text">The text within <paramref name="textBuffer"/>.</param>
    /// <param name="descriptor">What came along.</param>
    public static Errno Receive(
        FileDescriptor socket, Span<byte> textBuffer, out HandoverMessage head, out ReadOnlySpan<byte> text, out FileDescriptor? descriptor)
    {
        head = default;
        text = default;
        Span<byte> bytes = stackalloc byte[HandoverMessage.Length + HandoverMessage.MaxText];
        Errno errno = DescriptorSocket.Receive(socket, bytes, out int count, out descriptor);
        errno = errno == Errno.ECONNRESET || (errno == Errno.None && count == 0) ? Errno.EPIPE : errno;
        if (errno == Errno.None && !TryRead(bytes[..count], out head))
        {
            descriptor?.Dispose();
            descriptor = null;
            errno = Errno.EPROTO;
        }

        if (errno == Errno.None)
        {
            int length = Math.Min(count - HandoverMessage.Length, textBuffer.Length);
            bytes.Slice(HandoverMessage.Length, length).CopyTo(textBuffer);
            text = textBuffer[..length];
        }

        return errno;
    }

    /// <summary>Reads a head; false where these bytes are no message of this protocol.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out HandoverMessage head) =>
        MemoryMarshal.TryRead(bytes, out head) && head.Magic == HandoverMessage.ExpectedMagic && head.Version >= 1;
}
