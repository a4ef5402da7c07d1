using Strato.Client.Namespace;
using Strato.Client.Requests;
using Strato.Core.Catalogs;
using Strato.Posix;
using Strato.Storage.Cache;

namespace Strato.Client.Reading;

/// <summary>Answers READ. Safe on all threads; allocates nothing once warm.</summary>
internal sealed class ReadRequests
{
    private readonly NodeWalk walk;
    private readonly OpenObjects objects;
    private readonly FileObjects content;
    private readonly OpenFiles files;

    public ReadRequests(NodeWalk walk, OpenObjects objects, OpenFiles files)
    {
        this.walk = walk;
        this.objects = objects;
        this.files = files;
        content = new FileObjects(objects);
    }

    /// <summary>READ.</summary>
    public Outcome Read(in Caller caller, ulong handle, ulong offset, Span<byte> data, out int length)
    {
        length = 0;
        OpenFile? file = files.Find(handle);
        if (file is null)
        {
            return Errno.EBADF;
        }

        if (offset >= (ulong)file.Size)
        {
            return Outcome.Done;
        }

        data = data[..(int)Math.Min(data.Length, file.Size - (long)offset)];
        int slot = file.Object;
        if (file.Attachment is null || (file.ChunkCount == 0 && slot == OpenFile.NoObject))
        {
            Outcome outcome = TakeOver(in caller, file, out slot);
            if (!outcome.IsDone)
            {
                return outcome;
            }
        }

        return file.ChunkCount == 0 ? ReadWhole(file, slot, (long)offset, data, out length) : ReadChunks(in caller, file, (long)offset, data, out length);
    }

    /// <summary>
    /// A file that a predecessor of this process opened is read for the first time here, or its object was damaged: its content is the one that it was
    /// opened with, whatever its path shows by now.
    /// </summary>
    private Outcome TakeOver(in Caller caller, OpenFile file, out int slot)
    {
        slot = file.Object;
        if (file.Attachment is null)
        {
            Outcome outcome = walk.Find(caller.NodeId, out NodeView view);
            if (!outcome.IsDone)
            {
                return outcome;
            }

            file.Attachment = view.Attachment;
        }

        return file.ChunkCount > 0 || slot != OpenFile.NoObject ? Outcome.Done : content.Hold(in caller, file, out slot);
    }

    private Outcome ReadWhole(OpenFile file, int slot, long offset, Span<byte> data, out int length)
    {
        length = data.Length;
        Outcome outcome = ReadFully(objects.DescriptorAt(slot), data, offset);
        if (outcome.IsDone)
        {
            return outcome;
        }

        length = 0;
        return content.TryDiscard(file.Attachment!.Source, FileObjects.ContentOf(file), slot) && file.TryGiveUp(slot)
            ? FileObjects.Want(file)
            : outcome;
    }

    private Outcome ReadChunks(in Caller caller, OpenFile file, long offset, Span<byte> data, out int length)
    {
        length = 0;
        for (int index = file.FindChunk(offset); length < data.Length; index++)
        {
            ref readonly FileChunk chunk = ref file.ChunkAt(index);
            bool inOrder = file.EntersInOrder(index);
            CachedObject piece = ReadAhead.ContentOf(file, index);
            if (!objects.TryAcquire(file.Attachment!.Source, in piece, chunk.Size, caller.Supplied, out int slot))
            {
                // The rest of this request, at least, comes at the same time.
                ReadAhead.Start(file, index + 1, offset + data.Length);
                length = 0;
                return Outcome.Wants(new ObjectWant(file.Attachment!.Source, ReadAhead.RequestOf(file, index)));
            }

            long within = offset + length - chunk.Offset;
            int count = (int)Math.Min(data.Length - length, chunk.Size - within);
            Outcome outcome = ReadFully(objects.DescriptorAt(slot), data.Slice(length, count), within);
            bool isGone = !outcome.IsDone && content.TryDiscard(file.Attachment.Source, in piece, slot);
            objects.Release(slot);
            if (!outcome.IsDone)
            {
                length = 0;
                return isGone ? Outcome.Wants(new ObjectWant(file.Attachment.Source, ReadAhead.RequestOf(file, index))) : outcome;
            }

            length += count;
            if (inOrder)
            {
                ReadAhead.Start(file, index + 1, offset + data.Length);
            }
        }

        return Outcome.Done;
    }

    /// <summary>
    /// Fills the buffer. An object that is shorter than its catalog says is an error: the kernel would show zeros in place of what is missing.
    /// </summary>
    private static Outcome ReadFully(int descriptor, Span<byte> data, long offset)
    {
        while (!data.IsEmpty)
        {
            Errno errno = RawDescriptor.ReadAt(descriptor, data, offset, out int count);
            if (errno != Errno.None || count == 0)
            {
                return errno == Errno.None ? Errno.EIO : errno;
            }

            data = data[count..];
            offset += count;
        }

        return Outcome.Done;
    }
}
