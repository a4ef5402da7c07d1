using System.Globalization;
using System.Text;
using Strato.Fuse.Handover;
using Strato.Posix;

namespace Strato.Client.Mounting;

/// <summary>
/// The lock that lasts as long as a mount's processes. It is on an open file that they share (flock), so it ends with the last of them, however that
/// ends. The file has a name of its own until the mount has succeeded: a mount that is refused touches nobody's lock.
/// </summary>
public sealed class MountLife : IDisposable
{
    /// <summary>The tag under which a successor finds it.</summary>
    public const uint Tag = HandoverTag.FirstOfFileSystem + 3;

    private const uint OwnerMayReadAndWrite = 0x180; // 0600

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly string path;
    private string? unpublished;

    private MountLife(FileDescriptor file, string path, string? unpublished)
    {
        File = file;
        this.path = path;
        this.unpublished = unpublished;
    }

    /// <summary>The file; it stays this object's to close.</summary>
    public FileDescriptor File { get; }

    /// <summary>The lock that a predecessor had.</summary>
    public static MountLife Adopt(FileDescriptor file) => new(file, "", unpublished: null);

    /// <summary>The mount has succeeded: the lock counts for its directory. One of an earlier mount there, which somebody still uses, goes on without a name.</summary>
    public void Publish()
    {
        if (unpublished is not null)
        {
            System.IO.File.Move(unpublished, path, overwrite: true);
            unpublished = null;
        }
    }

    public void Dispose()
    {
        File.Dispose();
        if (unpublished is not null)
        {
            System.IO.File.Delete(unpublished);
        }
    }

    internal static MountLife Create(string path)
    {
        string own = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}");
        System.IO.File.Delete(own);
        FileDescriptor file = Open(own, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive)!;
        PosixFile.Lock(file, FileLock.Exclusive, wait: false).ThrowIfFailed("lock", Encoding.UTF8.GetBytes(own));
        return new MountLife(file, path, own);
    }

    /// <summary>Opens a lock to wait for its end; null where there is none.</summary>
    internal static FileDescriptor? Open(string path) => Open(path, OpenFlags.ReadWrite);

    /// <summary>Waits until nobody has the lock any more; false where that takes longer.</summary>
    internal static async Task<bool> WaitForEndAsync(FileDescriptor file, TimeSpan limit, CancellationToken cancellation)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (PosixFile.Lock(file, FileLock.Exclusive, wait: false) != Errno.None)
        {
            if (TimeProvider.System.GetElapsedTime(started) > limit)
            {
                return false;
            }

            await Task.Delay(Interval, cancellation);
        }

        return true;
    }

    private static FileDescriptor? Open(string path, OpenFlags flags)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        Errno errno = PosixFile.Open(null, bytes, flags, out FileDescriptor? file, OwnerMayReadAndWrite);
        if (errno != Errno.ENOENT)
        {
            errno.ThrowIfFailed("open", bytes);
        }

        return file;
    }
}
