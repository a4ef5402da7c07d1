using System.Security.Cryptography;
using System.Text;
using Strato.Posix;

namespace Strato.Storage.Local;

/// <summary>
/// <c>data/txn</c>: begins and sweeps writers' sessions, and gives out files to stage objects in. Every writer, in whatever process,
/// takes the area's lock for beginning a session, so a session file that can be locked belongs to a writer that died.
/// </summary>
internal sealed class StagingArea(FileDescriptor root, string location)
{
    private const uint FileMode = 0x1B6; // 0666, before the umask: the genuine publisher's 0644 in the usual case
    private const uint DirectoryMode = 0x1FF; // 0777, before the umask

    private volatile bool needsNames;

    /// <summary>Takes the lock that serializes swaps and session beginnings among all processes; disposing the result frees it.</summary>
    public FileDescriptor TakeLock()
    {
        Errno errno = OpenLock(out FileDescriptor? file);
        if (errno == Errno.ENOENT)
        {
            // Storage that was copied without its staging area.
            _ = PosixPath.MakeDirectory(root, "data/txn"u8, DirectoryMode);
            errno = OpenLock(out file);
        }

        errno.ThrowIfFailed("locking the storage", location);
        errno = PosixFile.Lock(file!, FileLock.Exclusive, wait: true);
        if (errno != Errno.None)
        {
            file!.Dispose();
            throw StorageFailure.Make("locking the storage", location, errno);
        }

        return file!;
    }

    /// <summary>
    /// Sweeps what dead writers left and begins a session. Where a loss of power may have damaged objects that were put without
    /// a flush, those are found and removed first.
    /// </summary>
    public WriteSession BeginSession()
    {
        using FileDescriptor held = TakeLock();
        List<DeadSession> dead = FindDeadSessions();
        string boot = BootId.Read();
        DateTimeOffset? damagedSince = dead.Where(session => session.BootId != boot).Min(session => (DateTimeOffset?)session.Began);
        if (damagedSince is { } since)
        {
            new DamageSearch(root, location).RemoveDamaged(since);
        }

        RemoveStagedFiles(dead);
        string random = RandomNumberGenerator.GetHexString(16, lowercase: true);
        string name = $"{StoragePaths.SessionPrefix}{Environment.ProcessId}-{random}";
        FileDescriptor file = CreateSessionFile(name, boot);
        return new WriteSession(file, name, [.. dead.Select(session => session.FileName)]);
    }

    /// <summary>Opens a file for an object of the session, which may not have a key yet.</summary>
    public StagedFile OpenStaged(WriteSession session) => OpenStaged(session, StoragePaths.Staging);

    /// <summary>
    /// Opens a file for an object that will be put into <paramref name="directory"/>. Where it needs no name it is made there: the file system
    /// then has it near what it belongs to.
    /// </summary>
    public StagedFile OpenStaged(WriteSession session, ReadOnlySpan<char> directory)
    {
        if (!needsNames)
        {
            ReadOnlySpan<byte> place = StoragePaths.Encode(directory, stackalloc byte[StoragePaths.EncodedLength]);
            Errno unnamed = PosixFile.Open(root, place, OpenFlags.WriteOnly | OpenFlags.Temporary, out FileDescriptor? file, FileMode);
            if (unnamed == Errno.ENOENT)
            {
                unnamed = PosixFile.Open(
                    root, "data/txn"u8, OpenFlags.WriteOnly | OpenFlags.Temporary, out file, FileMode);
            }

            if (unnamed == Errno.None)
            {
                return new StagedFile(root, file!, name: null);
            }

            if (unnamed is not Errno.EOPNOTSUPP and not Errno.EISDIR)
            {
                throw StorageFailure.Make("staging an object", location, unnamed);
            }

            needsNames = true;
        }

        string name = session.NextStagedName();
        PosixFile.Open(
                root, Ascii(name), OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, out FileDescriptor? named, FileMode)
            .ThrowIfFailed("staging an object", location);
        return new StagedFile(root, named!, name);
    }

    /// <summary>
    /// Makes what was staged for a mutable object durable and puts it in place of the present one; called with the lock held.
    /// </summary>
    public void Replace(string key, ReadOnlySpan<byte> bytes)
    {
        byte[] swap = Ascii(StoragePaths.Swap);
        const OpenFlags overwrite = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.NoFollow;
        PosixFile.Open(root, swap, overwrite, out FileDescriptor? file, FileMode)
            .ThrowIfFailed($"writing {key}", location);
        using (file)
        {
            Errno errno = PosixFile.WriteAll(file!, bytes);
            errno = errno == Errno.None ? Durability.Sync(file!) : errno;
            errno = errno == Errno.None ? PosixPath.Rename(root, swap, root, Ascii(key), replace: true) : errno;
            if (errno != Errno.None)
            {
                _ = PosixPath.Unlink(root, swap);
                throw StorageFailure.Make($"writing {key}", location, errno);
            }
        }

        Durability.Sync(root).ThrowIfFailed($"writing {key}", location);
    }

    private Errno OpenLock(out FileDescriptor? file)
    {
        byte[] path = Ascii(StoragePaths.Lock);
        Errno errno = PosixFile.Open(root, path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow, out file, FileMode);

        // One that another user made, say root, can be locked without being written to; NFS alone wants more.
        return errno == Errno.EACCES ? PosixFile.Open(root, path, OpenFlags.ReadOnly | OpenFlags.NoFollow, out file) : errno;
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private FileDescriptor CreateSessionFile(string name, string boot)
    {
        const OpenFlags create = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive;
        string path = $"{StoragePaths.Staging}/{name}{StoragePaths.SessionSuffix}";
        PosixFile.Open(root, Ascii(path), create, out FileDescriptor? file, FileMode).ThrowIfFailed("beginning to write", location);
        try
        {
            PosixFile.Lock(file!, FileLock.Exclusive, wait: false).ThrowIfFailed("beginning to write", location);
            PosixFile.WriteAll(file!, Ascii(boot)).ThrowIfFailed("beginning to write", location);
            Durability.Sync(file!).ThrowIfFailed("beginning to write", location);
            using FileDescriptor staging = OpenStagingDirectory();
            Durability.Sync(staging).ThrowIfFailed("beginning to write", location);
            return file!;
        }
        catch
        {
            _ = PosixPath.Unlink(root, Ascii(path));
            file!.Dispose();
            throw;
        }
    }

    private FileDescriptor OpenStagingDirectory()
    {
        PosixFile.Open(root, "data/txn"u8, OpenFlags.Directory, out FileDescriptor? staging).ThrowIfFailed("opening the staging area", location);
        return staging!;
    }

    private List<string> ListStaging()
    {
        using FileDescriptor staging = OpenStagingDirectory();
        using DirectoryReader reader = new(staging);
        List<string> names = [];
        while (true)
        {
            reader.Read(out DirectoryItem item, out bool found).ThrowIfFailed("listing the staging area", location);
            if (!found)
            {
                return names;
            }

            // Everything else in here belongs to the genuine tools, which share the directory.
            if (item.Name.StartsWith("strato-"u8))
            {
                names.Add(Encoding.ASCII.GetString(item.Name));
            }
        }
    }

    private List<DeadSession> FindDeadSessions()
    {
        List<DeadSession> dead = [];
        Span<byte> content = stackalloc byte[BootId.MaximumLength];
        foreach (string name in ListStaging().Where(name => name.EndsWith(StoragePaths.SessionSuffix, StringComparison.Ordinal)))
        {
            byte[] path = Ascii($"{StoragePaths.Staging}/{name}");
            Errno errno = PosixFile.Open(root, path, OpenFlags.ReadOnly | OpenFlags.NoFollow, out FileDescriptor? file);
            if (errno == Errno.ENOENT)
            {
                continue;
            }

            errno.ThrowIfFailed("reading a session", location);
            using (file)
            {
                Errno locked = PosixFile.Lock(file!, FileLock.Exclusive, wait: false);
                if (locked == Errno.EAGAIN)
                {
                    continue;
                }

                locked.ThrowIfFailed("reading a session", location);
                PosixFile.ReadFullyAt(file!, content, 0, out int length).ThrowIfFailed("reading a session", location);
                PosixFile.GetStatus(file!, out FileStatus status).ThrowIfFailed("reading a session", location);
                dead.Add(new DeadSession(
                    name,
                    Encoding.ASCII.GetString(content[..length]),
                    DateTimeOffset.FromUnixTimeSeconds(status.ModificationTime.Seconds)));
            }
        }

        return dead;
    }

    private void RemoveStagedFiles(List<DeadSession> dead)
    {
        if (dead.Count == 0)
        {
            return;
        }

        HashSet<string> prefixes = [.. dead.Select(session => session.FileName[..^StoragePaths.SessionSuffix.Length])];
        foreach (string name in ListStaging())
        {
            int dot = name.LastIndexOf('.');
            if (dot > 0 && !name.EndsWith(StoragePaths.SessionSuffix, StringComparison.Ordinal) && prefixes.Contains(name[..dot]))
            {
                Errno errno = PosixPath.Unlink(root, Ascii($"{StoragePaths.Staging}/{name}"));
                if (errno is not Errno.None and not Errno.ENOENT)
                {
                    throw StorageFailure.Make("sweeping the staging area", location, errno);
                }
            }
        }
    }
}
