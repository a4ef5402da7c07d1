using System.Globalization;
using System.Text;
using Strato.Posix;

namespace Strato.Fuse.Handover;

/// <summary>What a daemon's predecessor left with the holder that started it. Owns the channel and all that came over it, until they are taken.</summary>
public sealed class HandoverInheritance : IDisposable
{
    private readonly KeptDescriptors descriptors;

    private HandoverInheritance(FileDescriptor? channel, KeptDescriptors descriptors)
    {
        Channel = channel;
        this.descriptors = descriptors;
    }

    /// <summary>Whether a holder has started this process and nobody has received from it yet.</summary>
    public static bool IsThere => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Holder.ChannelVariable));

    /// <summary>How many daemons the mount has had before this one.</summary>
    public int Predecessors { get; private set; }

    /// <summary>How the predecessor had it that it is started again; null where that is a service manager's business.</summary>
    public HandoverOrder? Order { get; private set; }

    /// <summary>The holder's build.</summary>
    internal string HolderBuild { get; private set; } = "";

    internal FileDescriptor? Channel { get; private set; }

    /// <summary>
    /// Receives it, once, where a holder has started this process; null otherwise. Throws <see cref="PosixException"/> where the holder does not hand
    /// over all that a daemon needs.
    /// </summary>
    public static HandoverInheritance? Receive()
    {
        string? number = Environment.GetEnvironmentVariable(Holder.ChannelVariable);
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int channel))
        {
            return null;
        }

        // Programs that this one starts are nobody's successors.
        Environment.SetEnvironmentVariable(Holder.ChannelVariable, null);
        FileDescriptor inherited = new(channel);
        PosixFile.SetCloseOnExecute(inherited).ThrowIfFailed("take the holder's channel");
        HandoverInheritance inheritance = new(inherited, new KeptDescriptors());
        try
        {
            inheritance.ReceiveAll();
            return inheritance;
        }
        catch
        {
            inheritance.Dispose();
            throw;
        }
    }

    /// <summary>Takes it from the service manager, where that has kept a mount's device for this process; null otherwise.</summary>
    public static HandoverInheritance? TakeFromServiceManager()
    {
        KeptDescriptors kept = ServiceManager.TakeKept();
        if (kept.Find(HandoverTag.Device) is not null)
        {
            return new HandoverInheritance(channel: null, kept);
        }

        kept.Dispose();
        return null;
    }

    /// <summary>Hands out what is kept under a tag; null where there is nothing.</summary>
    public FileDescriptor? Take(uint tag) => descriptors.Take(tag);

    public void Dispose()
    {
        Channel?.Dispose();
        descriptors.Dispose();
    }

    internal FileDescriptor? TakeChannel()
    {
        FileDescriptor? channel = Channel;
        Channel = null;
        return channel;
    }

    private void ReceiveAll()
    {
        byte[] buffer = new byte[HandoverMessage.MaxText];
        HandoverMessage head;
        do
        {
            HandoverSocket.Receive(Channel!, buffer, out head, out ReadOnlySpan<byte> text, out FileDescriptor? descriptor)
                .ThrowIfFailed("receive the mount from its holder");
            switch (head.Type)
            {
                case HandoverMessageType.Welcome:
                    HolderBuild = Encoding.UTF8.GetString(text);
                    Predecessors = (int)Math.Min(head.Number, int.MaxValue);
                    break;
                case HandoverMessageType.Kept when descriptor is not null:
                    descriptors.Put(head.Tag, descriptor);
                    break;
                default:
                    descriptor?.Dispose();
                    break;
            }
        }
        while (head.Type != HandoverMessageType.Complete);
        Order = (descriptors.Find(HandoverTag.Board) is { } board ? HandoverBoard.Read(board) : null)
            ?? throw new PosixException(Errno.EPROTO, "cannot take over the mount: its holder has no order to start it");
    }
}
