using System.Text;
using Strato.Core;
using Strato.Core.Manifests;
using Strato.Posix;
using Strato.Storage.Cache;

namespace Strato.Storage.Fetching;

/// <summary>
/// What this machine has seen of a repository, in the cache's folder <c>repositories/FQRN</c>, or with a credential <c>repositories/FQRN@DIGEST</c>: <c>breadcrumb</c>, the newest revision
/// ever seen, <c>root</c>, the last good signed root,
/// and notes that can be done without (<see cref="ServerOrder"/>). Shared by processes: changes are made under the lock of the folder's file
/// <c>lock</c>, and the breadcrumb only moves forward.
/// </summary>
internal sealed class RootMemory
{
    private const uint DirectoryMode = 0x1C0; // 0700
    private const uint FileMode = 0x180; // 0600

    private readonly ObjectCache cache;
    private readonly byte[] folder;
    private Breadcrumb? unwritten;

    public RootMemory(ObjectCache cache, string repositoryName, string credential = "")
    {
        if (!IsFolderName(repositoryName))
        {
            throw new StratoException(
                $"'{Shown.Text(repositoryName)}' is not a repository's name; write NAME.DOMAIN with letters, digits, '-', '_' and '.'");
        }

        this.cache = cache;
        string name = credential.Length > 0 ? $"{repositoryName}@{credential}" : repositoryName;
        folder = Encoding.ASCII.GetBytes("repositories/" + name);
        Location = $"{cache.Location}/repositories/{name}";
    }

    /// <summary>The folder. Removing it forgets what was seen.</summary>
    public string Location { get; }

    /// <summary>The newest revision seen, null where none was.</summary>
    public Breadcrumb? ReadBreadcrumb()
    {
        byte[] text = Read("breadcrumb"u8, 512);
        if (text.Length == 0)
        {
            return unwritten;
        }

        // Something unreadable must not open the door to old revisions silently.
        return Breadcrumb.TryParse(Encoding.Latin1.GetString(text), out Breadcrumb breadcrumb)
            ? breadcrumb
            : throw new StratoException(
                $"the record of the newest revision seen, {Location}/breadcrumb, is damaged; remove it to accept what the server offers");
    }

    /// <summary>The last good signed root, null where there is none or it was damaged.</summary>
    public SignedRoot? ReadRoot() => SignedRoot.TryParse(Read("root"u8, SignedRoot.MaximumLength), out SignedRoot? root) ? root : null;

    /// <summary>Remembers a verified root, unless a newer one is remembered and an older one is not accepted.</summary>
    public void Remember(SignedRoot root, Manifest manifest, bool acceptsOlder)
    {
        Errno errno = cache.TryRestore() ? TryRemember(root, manifest, acceptsOlder) : Errno.ENOENT;
        if ((IsFull(errno) && cache.MakeRoom()) || (errno == Errno.ENOENT && cache.TryRestore(isIncomplete: true)))
        {
            errno = TryRemember(root, manifest, acceptsOlder);
        }

        // With a disk that is full to the brim, or fails, the repository still works; this process alone remembers then.
        unwritten = errno == Errno.None ? null : Breadcrumb.Of(manifest);
    }

    /// <summary>A small file of the folder; empty where there is none that can be read.</summary>
    public byte[] ReadNote(ReadOnlySpan<byte> name, int maximumLength)
    {
        try
        {
            return Read(name, maximumLength);
        }
        catch (PosixException)
        {
            return [];
        }
    }

    /// <summary>Replaces a small file of the folder. It can be done without: where it cannot be written, nothing is kept.</summary>
    public void KeepNote(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        if (TryOpenFolder(out FileDescriptor? directory) != Errno.None)
        {
            return;
        }

        using (directory)
        {
            Errno errno = TryTakeLock(directory!, out FileDescriptor? held);
            using (held)
            {
                if (errno == Errno.None)
                {
                    _ = DurableFile.Replace(directory!, name, content, FileMode);
                }
            }
        }
    }

    private static bool IsFolderName(string name) =>
        name.Length is > 0 and <= 128 && name[0] != '.' && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    private static bool IsFull(Errno errno) => errno is Errno.ENOSPC or Errno.EDQUOT;

    private Errno TryRemember(SignedRoot root, Manifest manifest, bool acceptsOlder)
    {
        Errno errno = TryOpenFolder(out FileDescriptor? directory);
        if (errno != Errno.None)
        {
            return errno;
        }

        using (directory)
        {
            errno = TryTakeLock(directory!, out FileDescriptor? held);
            using (held)
            {
                if (errno != Errno.None || (!acceptsOlder && ReadBreadcrumb() is { } seen && seen.IsNewerThan(manifest, out _)))
                {
                    return errno;
                }

                // The breadcrumb first: of the two, protection matters more than starting without a server.
                byte[] text = Encoding.ASCII.GetBytes(Breadcrumb.Of(manifest).ToString());
                errno = DurableFile.Replace(directory!, "breadcrumb"u8, text, FileMode);
                return errno == Errno.None ? DurableFile.Replace(directory!, "root"u8, root.Format(), FileMode) : errno;
            }
        }
    }

    private Errno TryOpenFolder(out FileDescriptor? directory)
    {
        directory = null;
        Errno errno = PosixPath.MakeDirectory(cache.Root, folder, DirectoryMode);
        return errno is Errno.None or Errno.EEXIST ? PosixFile.Open(cache.Root, folder, OpenFlags.Directory, out directory) : errno;
    }

    private static Errno TryTakeLock(FileDescriptor directory, out FileDescriptor? held)
    {
        Errno errno = PosixFile.Open(directory, "lock"u8, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow, out held, FileMode);
        return errno == Errno.None ? PosixFile.Lock(held!, FileLock.Exclusive, wait: true) : errno;
    }

    private byte[] Read(ReadOnlySpan<byte> name, int maximumLength)
    {
        byte[] path = [.. folder, (byte)'/', .. name];
        Errno errno = PosixFile.Open(cache.Root, path, OpenFlags.ReadOnly | OpenFlags.NoFollow, out FileDescriptor? file);
        if (errno == Errno.ENOENT)
        {
            return [];
        }

        errno.ThrowIfFailed("reading what was seen of the repository", Location);
        using (file)
        {
            PosixFile.GetStatus(file!, out FileStatus status).ThrowIfFailed("reading what was seen of the repository", Location);
            byte[] bytes = new byte[Math.Min(status.Size, maximumLength)];
            PosixFile.ReadFullyAt(file!, bytes, 0, out int count).ThrowIfFailed("reading what was seen of the repository", Location);
            return bytes[..count];
        }
    }
}
