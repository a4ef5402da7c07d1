using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Strato.Core;
using Strato.Posix;

namespace Strato.Client.Mounting;

/// <summary>
/// The mounts of one home: a record file and a control socket for each, under <c>run/mounts</c>, named after the directory. Records
/// of daemons that died are passed over, and removed by the next mount on the directory.
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
        return new Entry(path);
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

    private sealed class Entry(string path) : IDisposable
    {
        public void Dispose() => File.Delete(path);
    }
}
