using Strato.Client.Attachments;
using Strato.Client.Namespace;
using Strato.Client.Nodes;
using Strato.Client.Requests;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Fuse.Protocol;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;
using Strato.Storage.Http;

namespace Strato.Client.Reading;

/// <summary>Answers OPEN, READ and RELEASE. Safe on all threads; allocates nothing once warm.</summary>
internal sealed class ReadRequests
{
    private readonly NodeWalk walk;
    private readonly OpenObjects objects;
    private readonly OpenFiles files;
    private readonly Passthrough passthrough;
    private readonly AssembledFiles assembled;
    private readonly ClientCounters counters;

    public ReadRequests(NodeWalk walk, OpenObjects objects, OpenFiles files, Passthrough passthrough, AssembledFiles assembled, ClientCounters counters)
    {
        this.walk = walk;
        this.objects = objects;
        this.files = files;
        this.passthrough = passthrough;
        this.assembled = assembled;
        this.counters = counters;
    }

    /// <summary>
    /// OPEN. A whole file is brought into the cache now, so that reading it cannot fail later, and so that the kernel can read it by itself; chunks
    /// come as they are read, and the kernel keeps their pages from earlier opens, because changed content would be another node.
    /// </summary>
    public Outcome Open(in Caller caller, ref FuseOpenOut opened)
    {
        Outcome outcome = walk.Find(caller.NodeId, out NodeView view);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        if (!view.Record.Attributes.IsRegular)
        {
            return Errno.EINVAL;
        }

        OpenFile file = files.Take(caller.Unique, out ulong handle);
        try
        {
            outcome = view.Record.Has(NodeFlags.Chunked) ? OpenChunked(in caller, in view, file) : OpenWhole(in caller, in view, file);
        }
        catch
        {
            files.Release(handle);
            throw;
        }

        if (!outcome.IsDone)
        {
            files.Release(handle);
            return outcome;
        }

        bool isDirect = view.Record.Has(NodeFlags.DirectIo);
        if (!isDirect && file.Size > 0)
        {
            PassThrough(caller.NodeId, file);
        }

        if (!files.TryRecord(handle, caller.Unique, file))
        {
            Release(handle);
            return Errno.ENFILE;
        }

        file.OpenedNode = caller.NodeId;
        counters.CountOpen();
        opened.Handle = handle;
        opened.BackingId = file.BackingId;
        opened.Flags = FuseOpenFlags.NoFlush
            | (isDirect ? FuseOpenFlags.DirectIo : file.BackingId != Passthrough.None ? FuseOpenFlags.Passthrough : FuseOpenFlags.KeepCache);
        return Outcome.Done;
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

    /// <summary>RELEASE.</summary>
    public void Release(ulong handle)
    {
        if (files.Find(handle) is { } file)
        {
            int slot = file.Object;
            int damaged = file.DamagedObject;
            if (file.WasReadToEnd && passthrough.IsOn)
            {
                assembled.Offer(file);
            }

            files.Release(handle);
            if (slot != OpenFile.NoObject)
            {
                objects.Release(slot);
            }

            if (damaged != OpenFile.NoObject)
            {
                objects.Release(damaged);
            }
        }
    }

    /// <summary>Has the kernel read the file by itself, if one descriptor of the cache reads all of it.</summary>
    private void PassThrough(ulong nodeId, OpenFile file)
    {
        if (file.Object != OpenFile.NoObject)
        {
            file.Count(nodeId, passthrough.Enter(nodeId, objects.DescriptorAt(file.Object)));
            return;
        }

        int descriptor = -1;
        bool isWhole = passthrough.IsOn && assembled.TryOpen(file, out descriptor);
        file.Count(nodeId, passthrough.Enter(nodeId, descriptor));
        if (isWhole)
        {
            // The kernel has the opening, and with it the lock, for as long as it reads from it.
            ObjectCache.Hold(descriptor);
            RawDescriptor.Close(descriptor);
        }
    }

    private Outcome OpenWhole(in Caller caller, in NodeView view, OpenFile file)
    {
        ref readonly NodeRecord record = ref view.Record;
        if (record.Attributes.Size == 0)
        {
            file.OpenWhole(view.Attachment, 0, default, record.Compression, externalPath: null, OpenFile.NoObject);
            return Outcome.Done;
        }

        if (record.Content.IsNull)
        {
            return Errno.EIO;
        }

        Outcome outcome = ExternalPathOf(in view, out string? externalPath);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        file.OpenWhole(view.Attachment, record.Attributes.Size, record.Content, record.Compression, externalPath, OpenFile.NoObject);
        return Hold(in caller, file, out _);
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

        return file.ChunkCount > 0 || slot != OpenFile.NoObject ? Outcome.Done : Hold(in caller, file, out slot);
    }

    /// <summary>Opens the object of a file that is stored whole, or wants it.</summary>
    private Outcome Hold(in Caller caller, OpenFile file, out int slot)
    {
        CachedObject content = ContentOf(file);
        if (!objects.TryAcquire(file.Attachment!.Source, in content, file.Size, caller.Supplied, out slot))
        {
            return Outcome.Wants(new ObjectWant(file.Attachment.Source, new ObjectRequest(content, file.Size) { ExternalPath = file.ExternalPath }));
        }

        int other = file.Hold(slot);
        if (other != slot)
        {
            objects.Release(slot);
            slot = other;
        }

        return Outcome.Done;
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
        CachedObject content = ContentOf(file);
        IContentSource source = file.Attachment!.Source;
        return TryDiscard(source, in content, slot) && file.TryGiveUp(slot)
            ? Outcome.Wants(new ObjectWant(source, new ObjectRequest(content, file.Size) { ExternalPath = file.ExternalPath }))
            : outcome;
    }

    /// <summary>
    /// After a read that failed: true where the cache's copy was damaged and is gone, or there is a newer one already, so that the object is to be
    /// opened or fetched again.
    /// </summary>
    private bool TryDiscard(IContentSource source, in CachedObject content, int slot)
    {
        bool isGone = source.DropIfDamaged(in content)
            || (RawDescriptor.GetStatus(objects.DescriptorAt(slot), out FileStatus status) == Errno.None && status.LinkCount == 0);
        if (!isGone)
        {
            return false;
        }

        objects.Discard(slot);
        return true;
    }

    private static CachedObject ContentOf(OpenFile file) => new(new ObjectName(file.Content, ObjectKind.File), file.Compression);

    private Outcome OpenChunked(in Caller caller, in NodeView view, OpenFile file)
    {
        Outcome outcome = ExternalPathOf(in view, out string? externalPath);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        outcome = walk.FindRow(in caller, in view, out CatalogLease lease, out CatalogRow row);
        using (lease)
        {
            if (!outcome.IsDone)
            {
                return outcome.Errno == Errno.ENOENT ? Errno.ESTALE : outcome;
            }

            view.Attachment.Describer.Describe(row, lease, view.Record.Key, view.Revision.Epoch, out NodeDescription node);
            if (!NodeIdentity.IsSame(in view.Record, in node))
            {
                // The path has other content by now; the kernel looks it up again and comes back with that node.
                return Errno.ESTALE;
            }

            CatalogChunks list = lease.Reader.EnumerateChunks(row.Key, row.Hash.Algorithm);
            return file.TryOpenChunks(view.Attachment, row.Size, row.Compression, externalPath, list)
                ? Outcome.Done
                : throw new CatalogException($"catalog {lease.Catalog.Hash} is corrupt: the chunks of {Core.Paths.BytesText.Escape(row.Name)} do not make up the file");
        }
    }

    private Outcome ReadChunks(in Caller caller, OpenFile file, long offset, Span<byte> data, out int length)
    {
        length = 0;
        for (int index = file.FindChunk(offset); length < data.Length; index++)
        {
            ref readonly FileChunk chunk = ref file.ChunkAt(index);
            bool inOrder = file.EntersInOrder(index);
            CachedObject content = ReadAhead.ContentOf(file, index);
            if (!objects.TryAcquire(file.Attachment!.Source, in content, chunk.Size, caller.Supplied, out int slot))
            {
                // The rest of this request, at least, comes at the same time.
                ReadAhead.Start(file, index + 1, offset + data.Length);
                length = 0;
                return Outcome.Wants(new ObjectWant(file.Attachment!.Source, ReadAhead.RequestOf(file, index)));
            }

            long within = offset + length - chunk.Offset;
            int piece = (int)Math.Min(data.Length - length, chunk.Size - within);
            Outcome outcome = ReadFully(objects.DescriptorAt(slot), data.Slice(length, piece), within);
            bool isGone = !outcome.IsDone && TryDiscard(file.Attachment.Source, in content, slot);
            objects.Release(slot);
            if (!outcome.IsDone)
            {
                length = 0;
                return isGone ? Outcome.Wants(new ObjectWant(file.Attachment.Source, ReadAhead.RequestOf(file, index))) : outcome;
            }

            length += piece;
            if (inOrder)
            {
                ReadAhead.Start(file, index + 1, offset + data.Length);
            }
        }

        return Outcome.Done;
    }

    private Outcome ExternalPathOf(in NodeView view, out string? externalPath)
    {
        externalPath = null;
        if (!view.Record.Has(NodeFlags.External))
        {
            return Outcome.Done;
        }

        Span<byte> buffer = stackalloc byte[NodeTable.MaxPathLength];
        Outcome outcome = walk.FindPath(in view, buffer, out ReadOnlySpan<byte> path);
        externalPath = outcome.IsDone ? UrlPath.Encode(path) : null;
        return outcome;
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
