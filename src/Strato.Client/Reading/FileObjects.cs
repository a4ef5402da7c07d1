using Strato.Client.Requests;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;

namespace Strato.Client.Reading;

/// <summary>The objects behind open files that are stored whole, and what becomes of damaged ones. Safe on all threads; allocates nothing once warm.</summary>
internal sealed class FileObjects(OpenObjects objects)
{
    /// <summary>The cache entry of a file.</summary>
    public static CachedObject ContentOf(OpenFile file) => new(new ObjectName(file.Content, ObjectKind.File), file.Compression);

    /// <summary>What brings a file's object in.</summary>
    public static Outcome Want(OpenFile file)
    {
        ObjectRequest request = new(ContentOf(file), file.Size) { ExternalPath = file.ExternalPath };
        return Outcome.Wants(new ObjectWant(file.Attachment!.Source, request));
    }

    /// <summary>Opens the object of a file that is stored whole, or wants it.</summary>
    public Outcome Hold(in Caller caller, OpenFile file, out int slot)
    {
        CachedObject content = ContentOf(file);
        if (!objects.TryAcquire(file.Attachment!.Source, in content, file.Size, caller.Supplied, out slot))
        {
            return Want(file);
        }

        int other = file.Hold(slot);
        if (other != slot)
        {
            objects.Release(slot);
            slot = other;
        }

        return Outcome.Done;
    }

    /// <summary>
    /// After a read that failed: true where the cache's copy was damaged and is gone, or there is a newer one already, so that the object is to be
    /// opened or fetched again.
    /// </summary>
    public bool TryDiscard(IContentSource source, in CachedObject content, int slot)
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
}
