using System.Text.Json;
using Strato.Client.Attachments;
using Strato.Client.Nodes;
using Strato.Client.Reading;
using Strato.Fuse.Handover;
using Strato.Posix;

namespace Strato.Client.Mounting;

/// <summary>
/// Everything of a mount that outlives its daemon: the device, the nodes, the open files, the attachments; new for a new mount, otherwise what
/// the predecessor left. Owns all but the device.
/// </summary>
internal sealed class MountState : IDisposable
{
    private const uint NodesTag = HandoverTag.FirstOfFileSystem;
    private const uint FilesTag = HandoverTag.FirstOfFileSystem + 1;
    private const uint StateTag = HandoverTag.FirstOfFileSystem + 2;

    private MountState(NodeTable nodes, OpenFiles files, StateFile file)
    {
        Nodes = nodes;
        Files = files;
        File = file;
    }

    /// <summary>
    /// The versions of what a successor has to read. Another build with the same ones can take over; with others it starts empty, and what is
    /// open fails.
    /// </summary>
    public static string Format => $"state 1, nodes {NodeLayout.Version}, files {OpenFileStore.Version}";

    public NodeTable Nodes { get; }

    public OpenFiles Files { get; }

    public StateFile File { get; }

    /// <summary>The initialized device that the predecessor left; null for a new mount. Whoever connects it owns it.</summary>
    public FileDescriptor? Device { get; private init; }

    /// <summary>The state of a new mount.</summary>
    /// <param name="rootAttachment">The attachment that the root belongs to.</param>
    /// <param name="passthrough">Told of the files that are open.</param>
    public static MountState Create(ushort rootAttachment, Passthrough passthrough) =>
        new(NodeTable.Create(rootAttachment), new OpenFiles(passthrough), StateFile.Create());

    /// <summary>
    /// The state that a predecessor left. A table that this build cannot read is replaced by an empty one. Throws <see cref="PosixException"/> where there is no
    /// device, or nothing says what was agreed on it.
    /// </summary>
    /// <param name="inheritance">What the predecessor left; its device is taken.</param>
    /// <param name="rootAttachment">The attachment that the root belongs to.</param>
    /// <param name="passthrough">Told of the files that are open.</param>
    /// <param name="report">Told one line for each table that is lost.</param>
    public static MountState Adopt(HandoverInheritance inheritance, ushort rootAttachment, Passthrough passthrough, Action<string> report)
    {
        StateFile file = (inheritance.Take(StateTag) is { } state ? StateFile.Adopt(state) : null)
            ?? throw new PosixException(Errno.EPROTO, "cannot take over the mount: this build cannot read its state");
        NodeTable? nodes = inheritance.Take(NodesTag) is { } nodesFile ? NodeTable.Adopt(nodesFile) : null;
        if (nodes is null)
        {
            report("the node table of the predecessor cannot be read: names are looked up again");
        }

        OpenFileStore? store = inheritance.Take(FilesTag) is { } filesFile ? OpenFileStore.Adopt(filesFile) : null;
        if (store is null)
        {
            report("the open files of the predecessor cannot be read: reading them fails until they are opened again");
        }

        return new MountState(nodes ?? NodeTable.Create(rootAttachment), store is null ? new OpenFiles(passthrough) : new OpenFiles(passthrough, store), file)
        {
            Device = file.Negotiation is not null && inheritance.Take(HandoverTag.Device) is { } device
                ? device
                : throw new PosixException(Errno.EPROTO, "cannot take over the mount: its device is not there"),
        };
    }

    /// <summary>The attachments that the predecessor noted. Throws <see cref="PosixException"/> where what it noted cannot be read.</summary>
    public SavedAttachment[] ReadAttachments()
    {
        if (File.Attachments.Length == 0)
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize(File.Attachments, MountJson.Default.SavedAttachmentArray) ?? [];
        }
        catch (JsonException error)
        {
            throw new PosixException(Errno.EPROTO, $"cannot take over the mount: its attachments cannot be read: {error.Message}");
        }
    }

    /// <summary>Has everything kept for a successor.</summary>
    public void KeepIn(IDescriptorKeeper keeper, FileDescriptor device)
    {
        keeper.Keep(HandoverTag.Device, device);
        keeper.Keep(NodesTag, Nodes.File);
        keeper.Keep(FilesTag, Files.File);
        keeper.Keep(StateTag, File.File);
    }

    public void Dispose()
    {
        Files.Dispose();
        Nodes.Dispose();
        File.Dispose();
    }
}
