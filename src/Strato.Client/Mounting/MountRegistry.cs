using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Strato.Core;
using Strato.Posix;

namespace Strato.Client.Mounting;

/// <summary>
/// The mounts of one home: a record file, a control socket and a lock for each, under <c>run/mounts</c>, named after the directory. Records
/// of daemons that died are passed over, and replaced by a successor or the next mount on the directory. The lock is on an open file that daemon and
/// holder share: it lasts until both have ended.
/// </summary>
public sealed class MountRegistry
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string folder;

    /// <summary>The registry of a home, which need not exist.</summary>
    public MountRegistry(string home) => folder = Path.Combine(home, "run", "mounts");

    /// <summary>Makes the folder where it is missing, with access for its owner only.</summary>
    /// <exception cref="StratoException">It cannot be made.</exception>
    public void Prepare()
    {
        try
        {
            System.IO.Directory.CreateDirectory(folder, OwnerOnly);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot make {folder} for control sockets: {error.Message}", error);
        }
    }

    /// <summary>The control socket of a mount on a directory.</summary>
    /// <param name="directory">Its canonical path in bytes.</param>
    public string SocketOf(ReadOnlySpan<byte> directory) => Path.Combine(folder, KeyOf(directory) + ".sock");

    /// <summary>Notes a mount; disposing the result removes the note.</summary>
    public IDisposable Add(ReadOnlySpan<byte> directory, MountRecord record)
    {
        string path = Path.Combine(folder, KeyOf(directory) + ".json");
        string fresh = path + ".new";
        File.WriteAllText(fresh, JsonSerializer.Serialize(record, MountJson.Default.MountRecord));
        File.Move(fresh, path, overwrite: true);
        return new Entry(path, LockOf(directory), record.Pid);
    }

    /// <summary>Makes the lock of a mount that is about to begin.</summary>
    /// <param name="directory">The directory's canonical path in bytes.</param>
    public MountLife Begin(ReadOnlySpan<byte> directory) => MountLife.Create(LockOf(directory));

    /// <summary>
    /// Finds the processes of the mount on a directory, before it is unmounted: the result waits for their end. Null where none is known.
    /// </summary>
    public Func<TimeSpan, CancellationToken, Task<bool>>? FindLife(string directory)
    {
        if (PosixPath.Resolve(Encoding.UTF8.GetBytes(directory), out byte[] canonical) != Errno.None
            || MountLife.Open(LockOf(canonical)) is not { } file)
        {
            return null;
        }

        return async (limit, cancellation) =>
        {
            using (file)
            {
                bool hasEnded = await MountLife.WaitForEndAsync(file, limit, cancellation);
                if (hasEnded)
                {
                    RemoveWhatWasLeft(canonical, file);
                }

                return hasEnded;
            }
        };
    }

    /// <summary>The mounts whose daemons live.</summary>
    public IReadOnlyList<MountRecord> List() =>
        System.IO.Directory.Exists(folder)
            ? [.. System.IO.Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(Read).OfType<MountRecord>()]
            : [];

    /// <summary>Finds a mount by its directory, or by its repository where only one mount shows that.</summary>
    /// <exception cref="StratoException">There is none, or more than one.</exception>
    public MountRecord Find(string directoryOrRepository)
    {
        if (TryFindDirectory(directoryOrRepository) is { } onDirectory)
        {
            return onDirectory;
        }

        MountRecord[] showing = [.. List().Where(record => record.Repository == directoryOrRepository)];
        return showing switch
        {
            [var only] => only,
            [] => throw new StratoException($"nothing that is called {directoryOrRepository} is mounted from {Path.GetDirectoryName(Path.GetDirectoryName(folder))}"),
            _ => throw new StratoException(
                $"{directoryOrRepository} is mounted {showing.Length} times; name one of the directories: {string.Join(' ', showing.Select(record => record.Directory))}"),
        };
    }

    /// <summary>The mount on a directory; null where its daemon does not live or was started from another home.</summary>
    public MountRecord? TryFindDirectory(string directory) =>
        PosixPath.Resolve(Encoding.UTF8.GetBytes(directory), out byte[] canonical) == Errno.None
            ? Read(Path.Combine(folder, KeyOf(canonical) + ".json"))
            : null;

    /// <summary>Processes that are killed leave their files; so does a lock that nobody has any more.</summary>
    private void RemoveWhatWasLeft(byte[] directory, FileDescriptor ownLock)
    {
        string record = Path.Combine(folder, KeyOf(directory) + ".json");
        bool isOwn = PosixFile.GetStatus(ownLock, out FileStatus own) == Errno.None
            && PosixPath.GetStatus(null, Encoding.UTF8.GetBytes(LockOf(directory)), out FileStatus there) == Errno.None
            && own.Inode == there.Inode;
        if (isOwn && Read(record) is null)
        {
            File.Delete(record);
            File.Delete(SocketOf(directory));
            File.Delete(LockOf(directory));
        }
    }

    private string LockOf(ReadOnlySpan<byte> directory) => Path.Combine(folder, KeyOf(directory) + ".lock");

    private static string KeyOf(ReadOnlySpan<byte> directory) => Convert.ToHexStringLower(SHA256.HashData(directory).AsSpan(0, 8));

    private static MountRecord? Read(string path)
    {
        try
        {
            MountRecord? record = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), MountJson.Default.MountRecord) : null;
            return record is { IsAlive: true } ? record : null;
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            // It went away, or a daemon of another version wrote it.
            return null;
        }
    }

    /// <summary>Removes what belongs to a process, and not to one that mounted on the directory after it.</summary>
    private sealed class Entry(string path, string lockPath, int pid) : IDisposable
    {
        public void Dispose()
        {
            if (Read(path)?.Pid == pid)
            {
                File.Delete(path);
                File.Delete(lockPath);
            }
        }
    }
}
