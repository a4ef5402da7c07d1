using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>Calls that bring written data to the disk. EIO and ENOSPC tell that data was lost: the caller fails what it was about to promise.</summary>
public static class Durability
{
    /// <summary>Data and metadata of one file; of a directory, its names.</summary>
    public static Errno Sync(FileDescriptor file)
    {
        using DescriptorLease lease = new(file);
        return LibC.Check(LibC.FSync(lease.Value));
    }

    /// <summary>Data of one file and the metadata that reading it needs.</summary>
    public static Errno SyncData(FileDescriptor file)
    {
        using DescriptorLease lease = new(file);
        return LibC.Check(LibC.FDataSync(lease.Value));
    }

    /// <summary>Everything that was written to the file system that holds the file: one barrier for many objects.</summary>
    public static Errno SyncFileSystem(FileDescriptor file)
    {
        using DescriptorLease lease = new(file);
        return LibC.Check(LibC.SyncFs(lease.Value));
    }

    /// <summary>Starts or awaits the writing of a range's pages; no durability by itself, for metadata stays. A length of zero means up to the end.</summary>
    public static Errno WriteBack(FileDescriptor file, long offset, long length, SyncRange steps)
    {
        using DescriptorLease lease = new(file);
        return LibC.Check(LibC.SyncFileRange(lease.Value, offset, length, (uint)steps));
    }
}
