using Strato.Client.Attachments;
using Strato.Client.Namespace;
using Strato.Client.Nodes;
using Strato.Client.Requests;
using Strato.Core.Catalogs;
using Strato.Fuse.Protocol;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Http;

namespace Strato.Client.Reading;

/// <summary>Answers OPEN and RELEASE. Safe on all threads; allocates nothing once warm.</summary>
internal sealed class OpenRequests
{
    /// <summary>The bytes of a file that most readers want, whatever they want.</summary>
    private const long FirstRead = 128 * 1024;

    private readonly NodeWalk walk;
    private readonly OpenObjects objects;
    private readonly FileObjects content;
    private readonly OpenFiles files;
    private readonly Passthrough passthrough;
    private readonly AssembledFiles assembled;
    private readonly ClientCounters counters;

    public OpenRequests(NodeWalk walk, OpenObjects objects, OpenFiles files, Passthrough passthrough, AssembledFiles assembled, ClientCounters counters)
    {
        this.walk = walk;
        this.objects = objects;
        this.files = files;
        this.passthrough = passthrough;
        this.assembled = assembled;
        this.counters = counters;
        content = new FileObjects(objects);
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
        outcome = content.Hold(in caller, file, out int slot);
        if (outcome.IsDone)
        {
            // The disk seeks while the answer is on its way.
            RawDescriptor.WillNeed(objects.DescriptorAt(slot), 0, Math.Min(file.Size, FirstRead));
        }

        return outcome;
    }

    private Outcome OpenChunked(in Caller caller, in NodeView view, OpenFile file)
    {
        Outcome outcome = ExternalPathOf(in view, out string? externalPath);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        outcome = walk.FindOwnRow(in caller, in view, out CatalogLease lease, out CatalogRow row);
        using (lease)
        {
            if (!outcome.IsDone)
            {
                return outcome;
            }

            CatalogChunks list = lease.Reader.EnumerateChunks(row.Key, row.Hash.Algorithm);
            return file.TryOpenChunks(view.Attachment, row.Size, row.Compression, externalPath, list)
                ? Outcome.Done
                : throw new CatalogException($"catalog {lease.Catalog.Hash} is corrupt: the chunks of {Core.Paths.BytesText.Escape(row.Name)} do not make up the file");
        }
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
}
